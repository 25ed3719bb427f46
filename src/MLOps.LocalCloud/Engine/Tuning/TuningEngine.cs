using System.Collections.Concurrent;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Tuning;

namespace MLOps.LocalCloud.Engine.Tuning;

/// <summary>
/// Runs hyperparameter tuning jobs: one loop for each, which wakes when one of its training jobs moves or logs its metric.
/// All that a loop knows is in the store, so that it goes on after a restart where it was.
/// </summary>
internal sealed class TuningEngine(TuningTools tools, CloudEventBus events, IHostApplicationLifetime lifetime, ILogger<TuningEngine> logger) : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<(Scope Scope, string Name), TuningRun> runs = new();
    private readonly ConcurrentDictionary<Task, bool> loops = new();
    private IDisposable? subscription;

    /// <summary>Takes a tuning job that was just stored.</summary>
    public void Enqueue(Scope scope, string name) => Begin(scope, name, Task.CompletedTask);

    /// <summary>Asks a tuning job to stop, and with it its training jobs.</summary>
    public void Stop(Scope scope, string name)
    {
        tools.Tunings.Change(scope, name, (tuning, _) =>
        {
            if (!TuningJobTable.HasEnded(tuning))
                tuning["HyperParameterTuningJobStatus"] = "Stopping";
        });
        Wake(scope, name);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        subscription = events.Subscribe(Hear);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lifetime.ApplicationStarted.Register(started.SetResult);
        // Training jobs that go on are watched before the first of them can log a value, and tuning goes on once they do.
        foreach (var (scope, name, tuning) in tools.Tunings.All().Where(t => !TuningJobTable.HasEnded(t.Value)).ToList())
            Begin(scope, name, started.Task);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var run in runs.Values)
            run.Wake();
        await Task.WhenAll(loops.Keys);
    }

    public void Dispose() => subscription?.Dispose();

    private void Begin(Scope scope, string name, Task ready)
    {
        var run = new TuningRun(tools, scope, name);
        if (!runs.TryAdd((scope, name), run))
            return;
        run.Watch();
        var loop = Task.Run(() => LoopAsync(run, scope, name, ready));
        loops[loop] = true;
        _ = loop.ContinueWith(ended => loops.TryRemove(ended, out _), TaskScheduler.Default);
    }

    private async Task LoopAsync(TuningRun run, Scope scope, string name, Task ready)
    {
        try
        {
            await ready.WaitAsync(lifetime.ApplicationStopping);
            await run.RunAsync(lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // It goes on at the next start.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            logger.LogError(e, "Tuning job {Name} failed inside the local cloud", name);
            tools.Tunings.Change(scope, name, (tuning, now) => TuningJobTable.End(tuning, now, "Failed",
                $"InternalServerError: We encountered an internal error. {e.Message}"));
        }
        finally
        {
            runs.TryRemove((scope, name), out _);
        }
    }

    private void Hear(CloudEvent happened)
    {
        if (happened.DetailType == "SageMaker Training Job State Change" && happened.Detail.Text("TuningJobArn") is { } arn)
            Wake(happened.Scope, arn[(arn.LastIndexOf('/') + 1)..]);
    }

    private void Wake(Scope scope, string name)
    {
        if (runs.TryGetValue((scope, name), out var run))
            run.Wake();
    }
}
