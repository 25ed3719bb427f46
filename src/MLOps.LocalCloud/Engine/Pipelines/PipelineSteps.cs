using System.Security.Cryptography;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Engine.Pipelines.Definitions;
using MLOps.LocalCloud.Engine.Pipelines.Records;

namespace MLOps.LocalCloud.Engine.Pipelines;

/// <summary>Records what the machine decides, until all runs of a pipeline wait for something from outside.</summary>
internal sealed class PipelineSteps(TimeProvider time)
{
    private const string KeyLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Answers the events of what changed.</summary>
    public List<CloudEvent> Advance(PipelineBook book)
    {
        var events = new List<CloudEvent>();
        while (PipelineMachine.Next(book.Executions, book.At, book.IsDisabled) is { } step)
        {
            switch (step)
            {
                case Supersede s: Supersede(book, s, events); break;
                case EnterStage s: Enter(book, s.Execution, events); break;
                case StartAction s: Start(book, s, events); break;
                case EndStage s: EndStage(book, s, events); break;
                default: End(book, step.Execution, "Stopped", events); break;
            }
            book.Touch(step.Execution, time.GetUtcNow());
        }
        return events;
    }

    private static void Supersede(PipelineBook book, Supersede step, List<CloudEvent> events)
    {
        step.Execution.StatusSummary = $"Execution was superseded by newer execution {step.By.Id}";
        End(book, step.Execution, "Superseded", events);
    }

    private void Enter(PipelineBook book, ExecutionRecord execution, List<CloudEvent> events)
    {
        execution.Waiting = false;
        execution.Stages[execution.Stage] = new StageRecord { Entered = time.GetUtcNow() };
        events.Add(PipelineEvents.Stage(book, execution, "STARTED"));
    }

    private void Start(PipelineBook book, StartAction step, List<CloudEvent> events)
    {
        var (execution, action) = (step.Execution, step.Action);
        var definition = book.At(execution.Version);
        var now = time.GetUtcNow();
        Dictionary<string, string> configuration = [];
        string? fault = null;
        try
        {
            configuration = Variables.Resolve(action.Configuration, execution);
        }
        catch (UnresolvedVariableException e)
        {
            fault = e.Message;
        }
        var record = new ActionRecord
        {
            Id = Guid.NewGuid().ToString(),
            Action = action.Name,
            Started = now,
            Updated = now,
            Token = action.IsApproval ? Guid.NewGuid().ToString() : null,
            Configuration = configuration,
            Inputs = [.. action.Inputs.Select(n => execution.Artifacts.GetValueOrDefault(n)).OfType<ArtifactRecord>()],
            Outputs = [.. action.Outputs.Select(n => new ArtifactRecord(n, definition.ArtifactBucket(book.Scope.Region), ArtifactKey(definition.Name, n)))],
        };
        if (fault is null && record.Inputs.Count < action.Inputs.Count)
            fault = $"The input artifact {action.Inputs.First(n => !execution.Artifacts.ContainsKey(n))} was not produced in this execution";
        execution.Stages[execution.Stage].Actions.Add(record);
        events.Add(PipelineEvents.Action(book, execution, action, record, "STARTED"));
        if (fault is not null)
            Finish(book, execution, action, record, ActionOutcome.Failure("ConfigurationError", fault), null, events);
    }

    /// <summary>Records how an action ended.</summary>
    public void Finish(PipelineBook book, ExecutionRecord execution, ActionDefinition action, ActionRecord record, ActionOutcome outcome, string? by, List<CloudEvent> events)
    {
        var now = time.GetUtcNow();
        record.Status = outcome.Succeeded ? "Succeeded" : "Failed";
        record.Updated = now;
        record.UpdatedBy = by;
        record.Summary = outcome.Message ?? record.Summary;
        record.ExternalId = outcome.ExternalId ?? record.ExternalId;
        record.ExternalUrl = outcome.ExternalUrl ?? record.ExternalUrl;
        record.LogStreamArn = outcome.LogStreamArn ?? record.LogStreamArn;
        (record.ErrorCode, record.ErrorMessage) = outcome.Succeeded ? (null, null) : (outcome.ErrorCode, outcome.Message);
        record.OutputVariables = outcome.Variables.ToDictionary();
        record.JobId = null;
        if (outcome.Succeeded)
        {
            record.Percent = record.Percent is null ? null : 100;
            foreach (var artifact in record.Outputs)
                execution.Artifacts[artifact.Name] = artifact;
            if (action.Namespace is { } space)
                execution.Namespaces[space] = record.OutputVariables;
            if (outcome.Revision is { } revision)
            {
                execution.Revisions.RemoveAll(r => r.Action == revision.Action);
                execution.Revisions.Add(revision);
            }
        }
        book.Touch(execution, now);
        events.Add(PipelineEvents.Action(book, execution, action, record, outcome.Succeeded ? "SUCCEEDED" : "FAILED"));
    }

    /// <summary>Ends a run's stage and, where that ends it, the run.</summary>
    private static void EndStage(PipelineBook book, EndStage step, List<CloudEvent> events)
    {
        var execution = step.Execution;
        var definition = book.At(execution.Version);
        execution.Stages[execution.Stage].Status = step.Status;
        events.Add(PipelineEvents.Stage(book, execution, step.Status.ToUpperInvariant()));
        var next = definition.StageIndex(execution.Stage) + 1;
        if (step.Status != "Succeeded")
            End(book, execution, step.Status, events);
        else if (execution.Type == "ROLLBACK" || next == definition.Stages.Count)
            End(book, execution, "Succeeded", events);
        else
            (execution.Stage, execution.Waiting) = (definition.Stages[next].Name, true);
    }

    /// <summary>Abandons what runs in a stage, for a stop that does not wait.</summary>
    public void Abandon(PipelineBook book, ExecutionRecord execution, List<CloudEvent> events)
    {
        var definition = book.At(execution.Version).Stage(execution.Stage);
        var record = execution.Stages[execution.Stage];
        foreach (var action in record.Actions.Where(a => a.Status == "InProgress"))
        {
            (action.Status, action.Updated, action.JobId) = ("Abandoned", time.GetUtcNow(), null);
            events.Add(PipelineEvents.Action(book, execution, definition.Actions.First(a => a.Name == action.Action), action, "CANCELED"));
        }
        record.Status = "Stopped";
        events.Add(PipelineEvents.Stage(book, execution, "STOPPED"));
        End(book, execution, "Stopped", events);
        book.Touch(execution, time.GetUtcNow());
    }

    private static void End(PipelineBook book, ExecutionRecord execution, string status, List<CloudEvent> events)
    {
        execution.Status = status;
        events.Add(PipelineEvents.Pipeline(book, execution, status.ToUpperInvariant()));
    }

    /// <summary>AWS cuts the pipeline's name to 20 and the artifact's to 10 characters; IAM policies may count on that.</summary>
    private static string ArtifactKey(string pipeline, string artifact) =>
        $"{Cut(pipeline, 20)}/{Cut(artifact, 10)}/{RandomNumberGenerator.GetString(KeyLetters, 7)}";

    private static string Cut(string text, int length) => text.Length > length ? text[..length] : text;
}
