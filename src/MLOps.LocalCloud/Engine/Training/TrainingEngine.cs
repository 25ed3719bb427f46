using System.Collections.Concurrent;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Training;

namespace MLOps.LocalCloud.Engine.Training;

/// <summary>
/// Runs training jobs, as many at once as the machine has cores; the others wait. Jobs that an end of the local cloud
/// interrupted are run again from the start at the next one.
/// </summary>
internal sealed class TrainingEngine(TrainingTools tools, ILogger<TrainingEngine> logger) : IHostedService, IDisposable
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

    /// <summary>Asks a job to stop: SIGTERM, then SIGKILL.</summary>
    public void Stop(Scope scope, string name)
    {
        if (handles.TryGetValue((scope, name), out var handle))
            handle.Stop();
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (scope, name, job) in tools.Jobs.All().Where(j => !TrainingJobTable.HasEnded(j.Value)).ToList())
        {
            if (job.Text("SecondaryStatus") is not ("Starting" or "Pending"))
                tools.Jobs.Enter(scope, name, "InProgress", "Restarting", "The local cloud ended while the training job ran: it runs again from its start");
            Enqueue(scope, name);
        }
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
    }

    private async Task RunAsync(Scope scope, string name, Handle handle)
    {
        if (tools.Jobs.Find(scope, name)?.Text("TrainingJobStatus") == "Stopping")
            handle.Stop();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(handle.Stopping, shutdown.Token);
        try
        {
            if (!slots.Wait(0, CancellationToken.None))
            {
                tools.Jobs.Enter(scope, name, "InProgress", "Pending", $"Waiting for capacity: this machine runs {Environment.ProcessorCount} training jobs at once");
                await slots.WaitAsync(either.Token);
            }
            try
            {
                await new TrainingRun(tools, scope, name).RunAsync(handle.Stopping, shutdown.Token);
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
                tools.Jobs.Enter(scope, name, "Stopped", "Stopped", "Training job stopped", (job, now) => job["TrainingEndTime"] = now);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            logger.LogError(e, "Training job {Name} failed inside the local cloud", name);
            tools.Jobs.Enter(scope, name, "Failed", "Failed", "Training job failed", (job, now) =>
            {
                job["TrainingEndTime"] = now;
                job["FailureReason"] = $"InternalServerError: We encountered an internal error. {e.Message}";
            });
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
