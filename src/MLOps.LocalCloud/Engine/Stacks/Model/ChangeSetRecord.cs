using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Stacks.Model;

/// <summary>A change set: what a stack would be made from, and what that would change.</summary>
internal sealed record ChangeSetRecord
{
    /// <summary>The ARN.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string StackId { get; init; }

    public required string StackName { get; init; }

    public string? Description { get; init; }

    /// <summary>Whether it makes the stack.</summary>
    public bool Creates { get; init; }

    public required StackInput Input { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary><c>CREATE_COMPLETE</c> or <c>FAILED</c>.</summary>
    public required string Status { get; init; }

    public string? StatusReason { get; init; }

    public bool Executed { get; init; }

    /// <summary>In the shape Changes.</summary>
    public JsonArray Changes { get; init; } = [];

    public string? OnStackFailure { get; init; }

    public string? Token { get; init; }
}
