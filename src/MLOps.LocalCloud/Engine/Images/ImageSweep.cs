namespace MLOps.LocalCloud.Engine.Images;

/// <summary>Clears away, once at start, what unfinished builds and deleted images left on disk.</summary>
internal sealed class ImageSweep(ImageStore store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        store.Sweep();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
