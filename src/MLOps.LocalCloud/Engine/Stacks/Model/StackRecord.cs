using System.Text.Json.Serialization;

namespace MLOps.LocalCloud.Engine.Stacks.Model;

/// <summary>A stack as it is stored. Its resources and events are stored apart.</summary>
internal sealed record StackRecord
{
    /// <summary>The ARN.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Status { get; init; }

    public string? StatusReason { get; init; }

    public string? Description { get; init; }

    /// <summary>What the stack is made from, or is being changed to.</summary>
    public required StackInput Input { get; init; }

    public IReadOnlyList<StackOutput> Outputs { get; init; } = [];

    /// <summary>The names of the exports that the stack uses.</summary>
    public IReadOnlyList<string> Imports { get; init; } = [];

    public required DateTimeOffset Created { get; init; }

    public DateTimeOffset? Updated { get; init; }

    public DateTimeOffset? Deleted { get; init; }

    public bool DisableRollback { get; init; }

    public bool TerminationProtection { get; init; }

    public bool RetainExceptOnCreate { get; init; }

    public int? TimeoutInMinutes { get; init; }

    public string? ChangeSetId { get; init; }

    /// <summary>What is under way.</summary>
    public StackOperation? Operation { get; init; }

    /// <summary>A change that failed and was neither completed nor taken back.</summary>
    public StackOperation? Suspended { get; init; }

    /// <summary>The last operation that changed the stack, for calls that are repeated with the same token.</summary>
    public string? LastCall { get; init; }

    public string? LastToken { get; init; }

    /// <summary>The last part of the ARN; it names the stack's tables.</summary>
    [JsonIgnore]
    public string Key => Id[(Id.LastIndexOf('/') + 1)..];

    [JsonIgnore]
    public bool IsDeleted => Status == StackStatus.DeleteComplete;
}

/// <summary>What a stack is made from.</summary>
internal sealed record StackInput
{
    public required string Template { get; init; }

    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> Capabilities { get; init; } = [];

    public IReadOnlyList<string> NotificationArns { get; init; } = [];

    public string? RoleArn { get; init; }
}

/// <summary>A stack's output; with a name it is an export.</summary>
internal sealed record StackOutput(string Key, string Value, string? Description, string? ExportName);

/// <summary>What a stack operation is at.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StackPhase>))]
internal enum StackPhase
{
    /// <summary>Resources are made and changed.</summary>
    Apply,

    /// <summary>What a successful update left over is removed.</summary>
    Cleanup,

    /// <summary>An update is taken back.</summary>
    Rollback,

    /// <summary>What an update that was taken back left over is removed.</summary>
    RollbackCleanup,

    /// <summary>A creation is taken back.</summary>
    Undo,

    /// <summary>Everything is removed.</summary>
    Delete,
}

/// <summary>An operation that is under way; enough to go on with after an abrupt end of the process.</summary>
internal sealed record StackOperation
{
    public required string Id { get; init; }

    public required StackPhase Phase { get; init; }

    /// <summary>Whether the stack is being created; else it existed before.</summary>
    public bool Creates { get; init; }

    /// <summary>Who asked, as an ARN.</summary>
    public required string Principal { get; init; }

    public string? Token { get; init; }

    /// <summary>What to do where it fails: <c>ROLLBACK</c>, <c>DELETE</c> or <c>DO_NOTHING</c>.</summary>
    public string OnFailure { get; init; } = "ROLLBACK";

    /// <summary>When a creation is given up.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>What the stack was before, to go back to.</summary>
    public StackInput? PreviousInput { get; init; }

    /// <summary>Logical ids that a deletion leaves alone.</summary>
    public IReadOnlyList<string> Retain { get; init; } = [];

    /// <summary>Logical ids that taking back an update passes over.</summary>
    public IReadOnlyList<string> Skip { get; init; } = [];
}
