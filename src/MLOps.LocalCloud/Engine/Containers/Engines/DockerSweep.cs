using Microsoft.Extensions.Options;

namespace MLOps.LocalCloud.Engine.Containers.Engines;

/// <summary>
/// Removes containers that an earlier run left: they outlive an abrupt end of the local cloud, because they are the engine's children. At a
/// stop whatever is left of this run goes too.
/// </summary>
internal sealed class DockerSweep(DockerEngine docker, ContainerRunner runner, IOptions<LocalCloudOptions> options, ILogger<DockerSweep> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Only where containers may be: asking an engine that nobody wants costs every start.
        if (options.Value.ImageRunner.Equals("docker", StringComparison.OrdinalIgnoreCase) && await docker.RefusalAsync() is null)
            await SweepAsync("an earlier run left");
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (runner.ChosenNow is DockerRunner)
            await SweepAsync("this run left");
    }

    private async Task SweepAsync(string why)
    {
        var count = await docker.SweepAsync();
        if (count > 0)
            logger.LogWarning("Removed {Count} containers that {Why}", count, why);
    }
}
