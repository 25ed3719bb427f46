using System.Collections.Concurrent;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Jobs;

/// <summary>
/// Runs the jobs of one kind, as many at once as the machine has cores; the others wait. Jobs that an end of the local cloud
/// interrupted are run again from the start at the next one.
/// </summary>
internal abstract class JobLane(ILogger logger) : IHostedService, IDisposable
{
    private readonly SemaphoreSlim slots = new(Environment.ProcessorCount);
    private readonly CancellationTokenSource shutdown = new();
    private readonly ConcurrentDictionary<(Scope, string), Handle> handles = new();

    /// <summary>Takes a job that was just stored.</summary>
    public void Enqueue(Scope scope, string name)
    {
        var handle = new Handle();
        if (handles.TryAdd((scope, name), handle))
            handle.Work = Task.Run(() => RunAsync(scope, name, handle));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (scope, name) in Resume())
            Enqueue(scope, name);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await shutdown.CancelAsync();
        await Task.WhenAll(handles.Values.Select(h => h.Work));
    }

    public void Dispose()
    {
        shutdown.Dispose();
        slots.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The jobs that have not ended, when the local cloud starts.</summary>
    protected abstract IEnumerable<(Scope Scope, string Name)> Resume();

    /// <summary>Whether a job was asked to stop before it ran.</summary>
    protected abstract bool IsStopping(Scope scope, string name);

    /// <summary>Says that a job waits for others to end.</summary>
    protected virtual void Waits(Scope scope, string name)
    {
    }

    /// <param name="stop">Somebody asks the job to stop.</param>
    /// <param name="ends">The local cloud ends: the job is left as it is.</param>
    protected abstract Task RunAsync(Scope scope, string name, CancellationToken stop, CancellationToken ends);

    /// <summary>Writes down that a job was stopped while it waited.</summary>
    protected abstract void Stopped(Scope scope, string name);

    /// <summary>Writes down that a job failed by a fault of the local cloud.</summary>
    protected abstract void Broke(Scope scope, string name, string reason);

    /// <summary>Tells a job's run to stop.</summary>
    protected void Signal(Scope scope, string name)
    {
        if (handles.TryGetValue((scope, name), out var handle))
            handle.Stop();
    }

    private async Task RunAsync(Scope scope, string name, Handle handle)
    {
        if (IsStopping(scope, name))
            handle.Stop();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(handle.Stopping, shutdown.Token);
        try
        {
            if (!slots.Wait(0, CancellationToken.None))
            {
                Waits(scope, name);
                await slots.WaitAsync(either.Token);
            }
            try
            {
                await RunAsync(scope, name, handle.Stopping, shutdown.Token);
            }
            finally
            {
                slots.Release();
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // At the end of the local cloud it stays as it is and goes on at the next start.
            if (!shutdown.IsCancellationRequested)
                Stopped(scope, name);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            logger.LogError(e, "The job {Name} failed inside the local cloud", name);
            Broke(scope, name, $"InternalServerError: We encountered an internal error. {e.Message}");
        }
        finally
        {
            handles.TryRemove((scope, name), out _);
            handle.Dispose();
        }
    }

    private sealed class Handle : IDisposable
    {
        private readonly Lock gate = new();
        private readonly CancellationTokenSource source = new();
        private bool ended;

        public Handle() => Stopping = source.Token;

        public CancellationToken Stopping { get; }

        public Task Work { get; set; } = Task.CompletedTask;

        public void Stop()
        {
            lock (gate)
                if (!ended)
                    source.Cancel();
        }

        public void Dispose()
        {
            lock (gate)
            {
                ended = true;
                source.Dispose();
            }
        }
    }
}
