using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Pipelines.Definitions;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Pipelines;

/// <summary>One attempt of an action, as its runner sees it. After a restart the runner is called again with what it reported before.</summary>
internal sealed record ActionContext(
    Scope Scope, PipelineDefinition Pipeline, string ExecutionId, string Stage, ActionDefinition Action, string ActionExecutionId,
    IReadOnlyDictionary<string, string> Configuration, IReadOnlyList<ArtifactRecord> Inputs, IReadOnlyList<ArtifactRecord> Outputs)
{
    /// <summary>What the runner reported before a restart.</summary>
    public string? ExternalId { get; init; }

    /// <summary>An approval's token, with which it is answered.</summary>
    public string? Token { get; init; }

    /// <summary>When an unanswered approval fails.</summary>
    public DateTimeOffset Expires { get; init; }

    /// <summary>Whether an approval's topic was told before a restart.</summary>
    public bool Announced { get; init; }

    /// <summary>The token of a job that asked to be called again.</summary>
    public string? ContinuationToken { get; init; }

    /// <summary>The revision that a source action must take.</summary>
    public string? PinnedRevision { get; init; }

    /// <summary>The revision of the run's first source, for what is built from it.</summary>
    public string? SourceRevision { get; init; }

    public required ICloudCaller Cloud { get; init; }

    /// <summary>Records progress durably.</summary>
    public required Action<Action<ActionRecord>> Report { get; init; }

    /// <summary>A setting that the action cannot do without.</summary>
    /// <exception cref="ActionFailedException">It is missing.</exception>
    public string Required(string name) => Configuration.GetValueOrDefault(name) is { Length: > 0 } value
        ? value
        : throw new ActionFailedException("ConfigurationError", $"Action {Action.Name} lacks the setting {name}");

    public Task<JsonObject> CallAsync(string service, string operation, JsonObject input, CancellationToken cancelled) =>
        Cloud.CallAsync(Scope, service, operation, input, cancelled);
}

/// <summary>Ends an action as failed; the message is what a person reads.</summary>
internal sealed class ActionFailedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>Does the work of one kind of action.</summary>
internal interface IActionRunner
{
    /// <summary>The action type's provider, with its category: <c>Source/S3</c>.</summary>
    string Type { get; }

    /// <summary>Does the work, or follows what it started before a restart.</summary>
    /// <exception cref="ActionFailedException">The action fails.</exception>
    /// <exception cref="AwsException">A service refused; the action fails with its words.</exception>
    Task<ActionOutcome> RunAsync(ActionContext context, CancellationToken cancelled);
}
