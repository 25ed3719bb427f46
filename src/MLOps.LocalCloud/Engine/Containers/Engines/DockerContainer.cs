using MLOps.LocalCloud.Engine.Processes;

namespace MLOps.LocalCloud.Engine.Containers.Engines;

/// <summary>A container, and the attached command that carries its output and its exit code.</summary>
internal sealed class DockerContainer(DockerEngine docker, string name, IRunningProcess command) : IRunningProcess
{
    /// <summary>Beyond the grace that a container is given, for the engine's own work.</summary>
    private static readonly TimeSpan EngineLimit = TimeSpan.FromSeconds(20);

    public int Id => command.Id;

    public StreamWriter Input => command.Input;

    public Task<int> Exited => command.Exited;

    public async Task StopAsync(TimeSpan grace)
    {
        if (!Exited.IsCompleted && grace > TimeSpan.Zero)
        {
            await docker.RunAsync("stop", "-t", $"{Math.Ceiling(grace.TotalSeconds):0}", name);
            await Task.WhenAny(Exited, Task.Delay(EngineLimit));
        }
        var ended = Exited.IsCompleted;
        // First the container: without its command it would go on. One whose command ended before it was started is left created.
        if (!ended)
            await docker.RunAsync("rm", "--force", "--volumes", name);
        await command.StopAsync(TimeSpan.Zero);
        if (!ended)
            await docker.RunAsync("rm", "--force", "--volumes", name);
    }

    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero);
}
