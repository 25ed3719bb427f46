using System.Threading.Channels;

namespace MLOps.LocalCloud.Engine.Telemetry;

/// <summary>
/// Takes items on hot paths without touching the disk and writes them in batches: in the background soon after they
/// came, or at once by whoever wants to read them (<see cref="Flush"/>). Bounded: what does not fit is counted and dropped.
/// </summary>
public sealed class BatchWriter<T> : IAsyncDisposable
{
    private const int LargestBatch = 10_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Channel<T> channel;
    private readonly Action<IReadOnlyList<T>> write;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock draining = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly Task loop;
    private long dropped;
    private int disposed;

    /// <param name="capacity">How many items may wait.</param>
    /// <param name="write">Writes a batch; called by one thread at a time, in the order of the items.</param>
    /// <param name="time">The clock of the background writer.</param>
    /// <param name="logger">Told of what was dropped and of failed writes.</param>
    public BatchWriter(int capacity, Action<IReadOnlyList<T>> write, TimeProvider time, ILogger logger)
    {
        channel = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.Wait });
        (this.write, this.time, this.logger) = (write, time, logger);
        loop = Task.Run(RunAsync);
    }

    /// <summary>Takes an item; false where there is no room for it.</summary>
    public bool TryAdd(T item)
    {
        if (channel.Writer.TryWrite(item))
            return true;
        Interlocked.Increment(ref dropped);
        return false;
    }

    /// <summary>Writes all that was added before the call.</summary>
    public void Flush()
    {
        lock (draining)
        {
            var batch = new List<T>();
            while (channel.Reader.TryRead(out var item))
            {
                batch.Add(item);
                if (batch.Count == LargestBatch)
                    WriteBatch(ref batch);
            }
            WriteBatch(ref batch);
        }
        if (Interlocked.Exchange(ref dropped, 0) is > 0 and var lost)
            logger.LogWarning("{Lost} items came faster than they could be written and were dropped", lost);
    }

    /// <summary>Stops the background writer and writes what is left. Later items are written by the next flush alone.</summary>
    /// <remarks>A container that knows its owner by two names disposes twice; the owner's database is closed by then.</remarks>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
            return;
        await stopping.CancelAsync();
        await loop;
        Flush();
    }

    private void WriteBatch(ref List<T> batch)
    {
        if (batch.Count == 0)
            return;
        write(batch);
        batch = [];
    }

    private async Task RunAsync()
    {
        try
        {
            while (await channel.Reader.WaitToReadAsync(stopping.Token))
            {
                try
                {
                    Flush();
                }
                catch (Microsoft.Data.Sqlite.SqliteException e)
                {
                    logger.LogError(e, "A batch could not be written");
                }
                // Little batches cost more than they are worth; whoever reads flushes.
                await Task.Delay(Pause, time, stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }
}
