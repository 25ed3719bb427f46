using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Pipelines.Records;

/// <summary>A pipeline with every version of its definition.</summary>
internal sealed class PipelineRecord
{
    public required string Name { get; init; }
    public required DateTimeOffset Created { get; init; }
    public DateTimeOffset Updated { get; set; }
    public int Version { get; set; }
    public Dictionary<int, JsonObject> Versions { get; init; } = [];
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>Disabled transitions, by <c>Inbound/STAGE</c> or <c>Outbound/STAGE</c>.</summary>
    public Dictionary<string, TransitionRecord> Disabled { get; init; } = [];

    /// <summary>Who last enabled a transition again.</summary>
    public Dictionary<string, TransitionRecord> Enabled { get; init; } = [];

    /// <summary>The last revision that started a run, by source action: what a missed event is found by.</summary>
    public Dictionary<string, string> SeenRevisions { get; init; } = [];

    public long LastSequence { get; set; }
}

internal sealed record TransitionRecord(string Reason, string By, DateTimeOffset At);
