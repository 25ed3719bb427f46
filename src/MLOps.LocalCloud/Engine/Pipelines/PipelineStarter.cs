using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Pipelines;

/// <summary>Begins runs: by a person's wish, by a change of a source, as a rollback.</summary>
internal sealed class PipelineStarter(PipelineEngine engine, TimeProvider time)
{
    /// <summary>AWS's limit for QUEUED and PARALLEL pipelines.</summary>
    private const int MostActive = 50;

    /// <summary>Starts a run; the same client token answers the run that it started before.</summary>
    /// <exception cref="AwsException">An unknown variable or source action, or too many active runs.</exception>
    public string Start(Scope scope, string pipeline, JsonObject input, string principal) => engine.Change(scope, pipeline, (book, _) =>
    {
        var token = input.Text("clientRequestToken");
        if (token is not null && book.Executions.FirstOrDefault(e => e.ClientRequestToken == token) is { } before)
            return before.Id;
        var definition = book.Definition;
        var variables = Defaults(book);
        foreach (var variable in input.Objects("variables"))
        {
            var name = variable.Required("name");
            if (definition.Variables.All(v => v.Name != name))
                throw AwsException.Validation($"Pipeline {pipeline} declares no variable {name}");
            variables[name] = variable.Required("value");
        }
        if (definition.Variables.FirstOrDefault(v => !variables.ContainsKey(v.Name)) is { } missing)
            throw AwsException.Validation($"The pipeline variable {missing.Name} has no default value: give one");
        var pinned = new Dictionary<string, string>();
        foreach (var revision in input.Objects("sourceRevisions"))
        {
            var action = revision.Required("actionName");
            if (definition.Stages[0].Actions.All(a => a.Name != action))
                throw AwsException.Validation($"Pipeline {pipeline} has no source action {action}");
            if (revision.Required("revisionType") is not ("COMMIT_ID" or "S3_OBJECT_VERSION_ID"))
                throw AwsException.Validation($"The local cloud takes the revision types COMMIT_ID and S3_OBJECT_VERSION_ID, not {revision.Text("revisionType")}");
            pinned[action] = revision.Required("revisionValue");
        }
        return Add(book, "StartPipelineExecution", principal, variables, pinned, token).Id;
    });

    /// <summary>Starts the first run of a new pipeline on these revisions, by source actions; a change meanwhile may have started it already.</summary>
    public void StartNew(PipelineBook book, string principal, IReadOnlyDictionary<string, string> revisions) => engine.Change(book, (b, _) =>
    {
        if (b.Pipeline.LastSequence > 0)
            return 0;
        foreach (var (action, revision) in revisions)
            b.Pipeline.SeenRevisions[action] = revision;
        Add(b, "CreatePipeline", principal, Defaults(b), new Dictionary<string, string>(revisions), null);
        return 0;
    });

    /// <summary>Starts a run for a revision that has not started one before.</summary>
    public void StartForChange(PipelineBook book, string action, string revision, string detail)
    {
        if (PipelineEngine.Read(book, b => b.IsDeleted || b.Pipeline.SeenRevisions.GetValueOrDefault(action) == revision))
            return;
        engine.Change(book, (b, _) =>
        {
            if (b.Pipeline.SeenRevisions.GetValueOrDefault(action) == revision)
                return 0;
            b.Pipeline.SeenRevisions[action] = revision;
            Add(b, "PollForSourceChanges", detail, Defaults(b), new Dictionary<string, string> { [action] = revision }, null);
            return 0;
        });
    }

    /// <summary>Starts a run that brings a stage back to what an earlier run did there.</summary>
    public string Rollback(PipelineBook book, string stage, ExecutionRecord target, string principal)
    {
        var execution = Create(book, "ManualRollback", principal, target.Variables, [], null, stage, target);
        book.Add(execution);
        book.TouchPipeline();
        return execution.Id;
    }

    private static Dictionary<string, string> Defaults(PipelineBook book) =>
        book.Definition.Variables.Where(v => v.Default is not null).ToDictionary(v => v.Name, v => v.Default!);

    private ExecutionRecord Add(PipelineBook book, string trigger, string detail, Dictionary<string, string> variables, Dictionary<string, string> pinned, string? token)
    {
        if (book.Definition.Mode != "SUPERSEDED" && book.Executions.Count(e => e.IsActive) >= MostActive)
            throw new AwsException("ConcurrentPipelineExecutionsLimitExceededException", $"The pipeline has reached the limit of {MostActive} concurrent executions");
        var execution = Create(book, trigger, detail, variables, pinned, token, book.Definition.Stages[0].Name, null);
        book.Add(execution);
        book.TouchPipeline();
        return execution;
    }

    private ExecutionRecord Create(PipelineBook book, string trigger, string detail, Dictionary<string, string> variables,
        Dictionary<string, string> pinned, string? token, string stage, ExecutionRecord? target)
    {
        var now = time.GetUtcNow();
        return new ExecutionRecord
        {
            Id = Guid.NewGuid().ToString(),
            Sequence = ++book.Pipeline.LastSequence,
            Version = book.Pipeline.Version,
            Mode = book.Definition.Mode,
            Type = target is null ? "STANDARD" : "ROLLBACK",
            RollbackTarget = target?.Id,
            Started = now,
            Updated = now,
            TriggerType = trigger,
            TriggerDetail = detail,
            ClientRequestToken = token,
            Stage = stage,
            Variables = new(variables),
            PinnedRevisions = pinned,
            Artifacts = target is null ? [] : new(target.Artifacts),
            Namespaces = target is null ? [] : new(target.Namespaces),
            Revisions = target is null ? [] : [.. target.Revisions],
        };
    }
}
