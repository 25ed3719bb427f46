namespace MLOps.LocalCloud.Engine.Processes;

/// <summary>Registers what starts processes.</summary>
public static class ProcessServices
{
    /// <summary>Adds <see cref="IProcessLauncher"/>.</summary>
    public static IServiceCollection AddProcesses(this IServiceCollection services) =>
        services.AddSingleton<IProcessLauncher, ProcessLauncher>();
}
