using System.Collections.Concurrent;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Pipelines;

/// <summary>Runs actions beside each other, each once: those that a change has started, and after a restart those that were under way.</summary>
internal sealed class ActionDispatcher(IEnumerable<IActionRunner> runners, ICloudCaller cloud, ILogger<ActionDispatcher> logger) : IDisposable
{
    private readonly Dictionary<string, IActionRunner> byType = runners.ToDictionary(r => r.Type);
    private readonly ConcurrentDictionary<string, Running> running = new();
    private readonly CancellationTokenSource stopping = new();

    public bool Knows(string category, string provider) => byType.ContainsKey($"{category}/{provider}") || (category, provider) == ("Approval", "Manual");

    public IEnumerable<string> Types => byType.Keys.Append("Approval/Manual").Order();

    /// <summary>Starts what is in progress and not yet under way here. Called under the book's lock; returns at once.</summary>
    public void Dispatch(PipelineBook book, PipelineEngine engine)
    {
        foreach (var execution in book.Executions.Where(e => e.IsActive && !e.Waiting))
        {
            var stage = book.At(execution.Version).Stage(execution.Stage);
            foreach (var record in execution.Stages[execution.Stage].Actions.Where(a => a.Status == "InProgress"))
            {
                var action = stage.Actions.First(a => a.Name == record.Action);
                var mine = new Running(execution.Id);
                if (stopping.IsCancellationRequested || !running.TryAdd(record.Id, mine))
                    continue;
                var context = new ActionContext(book.Scope, book.At(execution.Version), execution.Id, execution.Stage, action, record.Id,
                    record.Configuration, record.Inputs, record.Outputs)
                {
                    ExternalId = record.ExternalId,
                    Token = record.Token,
                    Expires = record.Started + action.Timeout,
                    Announced = record.Announced,
                    ContinuationToken = record.ContinuationToken,
                    PinnedRevision = execution.PinnedRevisions.GetValueOrDefault(action.Name),
                    SourceRevision = execution.Revisions.FirstOrDefault()?.Id,
                    Cloud = cloud,
                    Report = change => engine.Report(book, execution.Id, record.Id, change),
                };
                var linked = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token, mine.Cancel.Token);
                mine.Task = Task.Run(() => RunAsync(book, engine, context, linked), CancellationToken.None);
            }
        }
    }

    /// <summary>Forgets an approval that was answered.</summary>
    public void Forget(string actionExecutionId) => running.TryRemove(actionExecutionId, out _);

    /// <summary>Lets go of a run's actions.</summary>
    public void Cancel(ExecutionRecord execution)
    {
        foreach (var work in running.Values.Where(r => r.ExecutionId == execution.Id))
            work.Cancel.Cancel();
    }

    /// <summary>Lets go of all actions of a pipeline.</summary>
    public void CancelAll(PipelineBook book)
    {
        foreach (var execution in book.Executions)
            Cancel(execution);
    }

    /// <summary>Stops following all actions; what they started goes on, and is found again at the next start.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(running.Values.Select(r => r.Task));
    }

    public void Dispose() => stopping.Dispose();

    private async Task RunAsync(PipelineBook book, PipelineEngine engine, ActionContext context, CancellationTokenSource cancel)
    {
        try
        {
            if (context.Action.IsApproval)
                await AnnounceAsync(context, cancel.Token);
            else
                engine.Finish(book, context.ExecutionId, context.ActionExecutionId, await OutcomeAsync(context, cancel.Token));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            logger.LogDebug("Let go of {Action} of {Execution}", context.Action.Name, context.ExecutionId);
        }
        catch (AwsException e) when (e.Code == "PipelineNotFoundException")
        {
            logger.LogDebug("{Pipeline} is gone", context.Pipeline.Name);
        }
        finally
        {
            // An approval stays listed while it waits, so that it is announced once.
            if (!context.Action.IsApproval && running.TryRemove(context.ActionExecutionId, out var mine))
                mine.Cancel.Dispose();
            cancel.Dispose();
        }
    }

    private async Task<ActionOutcome> OutcomeAsync(ActionContext context, CancellationToken cancelled)
    {
        try
        {
            return await byType[$"{context.Action.Category}/{context.Action.Provider}"].RunAsync(context, cancelled);
        }
        catch (ActionFailedException e)
        {
            return ActionOutcome.Failure(e.Code, e.Message);
        }
        catch (AwsException e)
        {
            return ActionOutcome.Failure(e.Code.Contains("Denied", StringComparison.Ordinal) ? "PermissionError" : "ConfigurationError", $"{e.Message} ({e.Code})");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogError(e, "Action {Action} of {Pipeline} failed in the engine", context.Action.Name, context.Pipeline.Name);
            return ActionOutcome.Failure("SystemUnavailable", $"The action failed inside the local cloud: {e.Message}");
        }
    }

    /// <summary>Tells the topic of an approval, as AWS words it. A topic that cannot be told keeps nobody from approving.</summary>
    private async Task AnnounceAsync(ActionContext context, CancellationToken cancelled)
    {
        if (context.Configuration.GetValueOrDefault("NotificationArn") is not { Length: > 0 } topic || context.Announced)
            return;
        var message = ApprovalNotice.Write(context);
        context.Report(record => record.Announced = true);
        try
        {
            await context.CallAsync("sns", "Publish", new() { ["TopicArn"] = topic, ["Subject"] = ApprovalNotice.Subject(context), ["Message"] = message }, cancelled);
        }
        catch (AwsException e)
        {
            logger.LogWarning("The approval {Action} of {Pipeline} could not be announced on {Topic}: {Message}", context.Action.Name, context.Pipeline.Name, topic, e.Message);
        }
    }

    private sealed class Running(string executionId)
    {
        public string ExecutionId { get; } = executionId;
        public CancellationTokenSource Cancel { get; } = new();
        public Task Task { get; set; } = Task.CompletedTask;
    }
}
