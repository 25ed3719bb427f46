namespace MLOps.LocalCloud.Services.S3;

/// <summary>Removes, once after a start, what an abrupt end left half written.</summary>
internal sealed class BlobSweeper(Objects objects, Blobs blobs, TimeProvider time, ILogger<BlobSweeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // File systems stamp a little behind the clock; what was written a moment ago waits for the next start.
        var before = time.GetUtcNow().UtcDateTime.AddMinutes(-1);
        await Task.Yield();
        if (blobs.Sweep(objects.NamedBlobs, before) is > 0 and var removed)
            logger.LogInformation("Removed {Removed} files that no object needs", removed);
    }
}
