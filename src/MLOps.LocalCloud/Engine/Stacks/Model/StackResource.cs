using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MLOps.LocalCloud.Engine.Stacks.Model;

/// <summary>How far the making or changing of a resource has come; written down before each step.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResourceStep>))]
internal enum ResourceStep
{
    /// <summary>Nothing is under way.</summary>
    None,

    /// <summary>It is being looked whether the name is free.</summary>
    Look,

    /// <summary>The creating call may have gone out.</summary>
    Create,

    /// <summary>The resource exists; further calls set what the creating one does not carry.</summary>
    Configure,

    /// <summary>The changing calls may have gone out.</summary>
    Update,

    /// <summary>It is being waited for.</summary>
    Settle,

    /// <summary>The calls that take a change back may have gone out.</summary>
    Restore,

    /// <summary>The service refused to make it: nothing of it exists.</summary>
    Refused,
}

/// <summary>Something that exists, or may exist, in a service: what is needed to change or remove it.</summary>
internal sealed record PhysicalResource
{
    /// <summary>The name it was made under.</summary>
    public required string Name { get; init; }

    /// <summary>What Ref gives; null before it is known to exist.</summary>
    public string? PhysicalId { get; init; }

    /// <summary>The properties that it was last given.</summary>
    public required JsonObject Properties { get; init; }

    /// <summary>The properties as people may see them, where parameters that are not to be shown went into them; null where none did.</summary>
    public JsonObject? Shown { get; init; }

    /// <summary>The properties for events.</summary>
    [JsonIgnore]
    public JsonObject ForEvents => Shown ?? Properties;

    public JsonObject Attributes { get; init; } = [];

    public ResourceStep Step { get; init; }

    /// <summary>Whether there is, or may be, anything to remove.</summary>
    [JsonIgnore]
    public bool MayExist => PhysicalId is not null || Step == ResourceStep.Create;
}

/// <summary>A resource of a stack.</summary>
internal sealed record StackResource
{
    public required string Id { get; init; }

    public required string Type { get; init; }

    public required string Status { get; init; }

    public string? StatusReason { get; init; }

    public required DateTimeOffset Timestamp { get; init; }

    public IReadOnlyList<string> DependsOn { get; init; } = [];

    public string DeletionPolicy { get; init; } = "Delete";

    public string UpdateReplacePolicy { get; init; } = "Delete";

    public string? Metadata { get; init; }

    /// <summary>The operation that last touched it; empty where that is taken back.</summary>
    public string Operation { get; init; } = "";

    public required PhysicalResource Current { get; init; }

    /// <summary>Whether the stack did not have it when it was last at rest.</summary>
    public bool Added { get; init; }

    /// <summary>What it was when the stack was last at rest, where it was touched since; null also where it was added.</summary>
    public PhysicalResource? Before { get; init; }

    /// <summary>What <see cref="Before"/> depended on.</summary>
    public IReadOnlyList<string> DependedOn { get; init; } = [];

    /// <summary>Whether <see cref="Current"/> takes the place of <see cref="Before"/>, which exists beside it.</summary>
    public bool Replaces { get; init; }

    /// <summary>The replacement that is to be removed after the update was taken back.</summary>
    public PhysicalResource? Discarded { get; init; }

    [JsonIgnore]
    public bool IsDeleted => Status is StackStatus.DeleteComplete or StackStatus.DeleteSkipped;
}
