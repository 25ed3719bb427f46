using System.Collections.Concurrent;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Pipelines;

/// <summary>
/// Keeps every pipeline's book, applies changes one at a time, and lets the runners do the work of actions. A change is stored
/// before its consequences begin; at start, what was under way is taken up again.
/// </summary>
internal sealed class PipelineEngine : IHostedService, IDisposable
{
    private readonly DocumentTable pipelines;
    private readonly DocumentTable runs;
    private readonly PipelineSteps steps;
    private readonly CloudEventBus bus;
    private readonly TimeProvider time;
    private readonly ActionDispatcher dispatcher;
    private readonly IHostApplicationLifetime lifetime;
    private readonly ConcurrentDictionary<(Scope, string), PipelineBook> books = new();
    private ITimer? timer;

    public PipelineEngine(DocumentStore store, CloudEventBus bus, TimeProvider time, ActionDispatcher dispatcher, IHostApplicationLifetime lifetime)
    {
        (this.bus, this.time, this.dispatcher, this.lifetime) = (bus, time, dispatcher, lifetime);
        pipelines = store.Table("codepipeline/pipeline");
        runs = store.Table("codepipeline/execution");
        steps = new PipelineSteps(time);
        foreach (var book in PipelineBook.Load(pipelines, runs))
            books[(book.Scope, book.Pipeline.Name)] = book;
    }

    public IEnumerable<PipelineBook> Books => books.Values;

    public PipelineBook? Find(Scope scope, string name) => books.GetValueOrDefault((scope, name));

    /// <summary>Adds a pipeline.</summary>
    public PipelineBook Add(Scope scope, PipelineRecord pipeline)
    {
        var book = new PipelineBook(scope, pipeline, []);
        lock (book.Gate)
        {
            if (!books.TryAdd((scope, pipeline.Name), book))
                throw PipelineErrors.NameInUse(pipeline.Name);
            book.TouchPipeline();
            book.Save(pipelines, runs);
        }
        return book;
    }

    /// <summary>Removes a pipeline and its history; its running actions are let go.</summary>
    public void Remove(Scope scope, string name)
    {
        if (!books.TryRemove((scope, name), out var book))
            return;
        lock (book.Gate)
            book.Delete(pipelines, runs);
        dispatcher.CancelAll(book);
    }

    /// <summary>Reads a book while nothing changes it.</summary>
    public static T Read<T>(PipelineBook book, Func<PipelineBook, T> read)
    {
        lock (book.Gate)
            return read(book);
    }

    /// <summary>
    /// Changes a book, lets all runs move as far as they can, stores the result, and only then starts actions and tells others.
    /// A change that refuses must throw before it changes anything.
    /// </summary>
    /// <exception cref="AwsException">There is no such pipeline, or what the change refuses.</exception>
    public T Change<T>(Scope scope, string name, Func<PipelineBook, List<CloudEvent>, T> change) =>
        Change(Find(scope, name) ?? throw PipelineErrors.NotFound(name, scope), change);

    /// <inheritdoc cref="Change{T}(Scope, string, Func{PipelineBook, List{CloudEvent}, T})"/>
    public T Change<T>(PipelineBook book, Func<PipelineBook, List<CloudEvent>, T> change)
    {
        var events = new List<CloudEvent>();
        T result;
        lock (book.Gate)
        {
            if (book.IsDeleted)
                throw PipelineErrors.NotFound(book.Pipeline.Name, book.Scope);
            result = change(book, events);
            events.AddRange(steps.Advance(book));
            book.Save(pipelines, runs);
            dispatcher.Dispatch(book, this);
        }
        foreach (var happened in events)
            bus.Publish(happened);
        return result;
    }

    /// <summary>Records how an action ended; one that has ended already, or was abandoned, stays as it is.</summary>
    public void Finish(PipelineBook book, string executionId, string actionExecutionId, ActionOutcome outcome, string? by = null)
    {
        if (book.IsDeleted)
            return;
        Change(book, (_, events) =>
        {
            if (book.Find(executionId) is { } execution && Locate(execution, actionExecutionId) is { Record.Status: "InProgress" } found)
                Complete(book, execution, found.Stage, found.Record, outcome, by, events);
            return 0;
        });
    }

    /// <summary>The same from inside a change.</summary>
    public void Complete(PipelineBook book, ExecutionRecord execution, string stage, ActionRecord record, ActionOutcome outcome, string? by, List<CloudEvent> events)
    {
        var action = book.At(execution.Version).Stage(stage).Actions.First(a => a.Name == record.Action);
        steps.Finish(book, execution, action, record, outcome, by, events);
        if (action.IsApproval)
            dispatcher.Forget(record.Id);
    }

    /// <summary>Records an action's progress.</summary>
    public void Report(PipelineBook book, string executionId, string actionExecutionId, Action<ActionRecord> change)
    {
        if (book.IsDeleted)
            return;
        Change(book, (_, _) =>
        {
            if (book.Find(executionId) is { } execution && Locate(execution, actionExecutionId) is { Record.Status: "InProgress" } found)
            {
                change(found.Record);
                found.Record.Updated = time.GetUtcNow();
                book.Touch(execution, found.Record.Updated);
            }
            return 0;
        });
    }

    /// <summary>Abandons a run's actions, for a stop that does not wait.</summary>
    public void Abandon(PipelineBook book, ExecutionRecord execution, List<CloudEvent> events)
    {
        steps.Abandon(book, execution, events);
        dispatcher.Cancel(execution);
    }

    /// <summary>Fails the approvals whose time is over.</summary>
    public void ExpireApprovals()
    {
        var now = time.GetUtcNow();
        foreach (var book in books.Values)
        {
            var late = Read(book, b => (
                from execution in b.Executions
                where execution.IsActive && !execution.Waiting
                from record in execution.Stages[execution.Stage].Actions
                where record is { Status: "InProgress", Token: not null }
                let action = b.At(execution.Version).Stage(execution.Stage).Actions.First(a => a.Name == record.Action)
                where record.Started + action.Timeout <= now
                select (execution.Id, record.Id, action.Timeout)).ToList());
            foreach (var (execution, record, timeout) in late)
                Finish(book, execution, record, ActionOutcome.Failure("JobFailed", $"The approval was not answered within {timeout.TotalMinutes:0} minutes"));
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Functions and builds call back over HTTP: take up work only when the server listens.
        lifetime.ApplicationStarted.Register(() =>
        {
            foreach (var book in books.Values)
                Change(book, (_, _) => 0);
            timer = time.CreateTimer(_ => ExpireApprovals(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        });
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (timer is not null)
            await timer.DisposeAsync();
        await dispatcher.StopAsync();
    }

    public void Dispose() => timer?.Dispose();

    private static (string Stage, ActionRecord Record)? Locate(ExecutionRecord execution, string actionExecutionId)
    {
        foreach (var (stage, record) in execution.Stages)
            if (record.Actions.FirstOrDefault(a => a.Id == actionExecutionId) is { } action)
                return (stage, action);
        return null;
    }
}
