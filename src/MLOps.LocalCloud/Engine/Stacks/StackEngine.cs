using System.Collections.Concurrent;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks;

/// <summary>Runs the operations of stacks in the background, one at a time for each stack, and takes up what an earlier process left.</summary>
internal sealed class StackEngine(StackTools tools, ILogger<StackEngine> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<string, (Task Task, CancellationTokenSource Cancel)> running = new();
    private readonly Lock gate = new();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (scope, id) in tools.Store.Unfinished())
            Begin(scope, id);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await Task.WhenAll(running.Values.Select(r => r.Task));
    }

    /// <summary>Carries out the operation that the store now holds for a stack. One that still runs is stopped first.</summary>
    public void Begin(Scope scope, string stackId)
    {
        lock (gate)
        {
            var earlier = running.GetValueOrDefault(stackId);
            // A run that has ended is no longer in the list, so that its source is not yet disposed.
            earlier.Cancel?.Cancel();
            var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
            running[stackId] = (Task.Run(() => RunAsync(scope, stackId, earlier.Task, cancel)), cancel);
        }
    }

    /// <summary>Ends when nothing is under way for the stack; for tests and for callers inside the process.</summary>
    public Task IdleAsync(string stackId) => running.GetValueOrDefault(stackId).Task ?? Task.CompletedTask;

    public void Dispose() => stopping.Dispose();

    private async Task RunAsync(Scope scope, string stackId, Task? earlier, CancellationTokenSource cancel)
    {
        if (earlier is not null)
            await earlier;
        var runner = new StackRunner(tools, scope, stackId);
        try
        {
            await runner.RunAsync(cancel.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped, or another operation takes its place; the store holds what is left to do.
        }
        catch (Exception e)
        {
            logger.LogError(e, "The operation of {Stack} cannot go on", stackId);
            runner.GiveUp(e);
        }
        lock (gate)
        {
            if (running.TryGetValue(stackId, out var latest) && latest.Cancel == cancel)
                running.Remove(stackId, out _);
            cancel.Dispose();
        }
    }
}
