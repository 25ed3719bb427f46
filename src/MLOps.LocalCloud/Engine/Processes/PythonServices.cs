using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MLOps.LocalCloud.Engine.Processes;

/// <summary>The Python of this machine, for whatever runs Python.</summary>
public static class PythonServices
{
    /// <summary>Registers <see cref="PythonLocator"/>; features that need it call this, once or often.</summary>
    public static IServiceCollection AddPython(this IServiceCollection services)
    {
        services.TryAddSingleton<PythonLocator>();
        return services;
    }
}
