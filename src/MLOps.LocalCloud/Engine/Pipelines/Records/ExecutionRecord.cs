namespace MLOps.LocalCloud.Engine.Pipelines.Records;

/// <summary>One run of a pipeline with all that happened in it: stored as one document, so that it is consistent after any crash.</summary>
internal sealed class ExecutionRecord
{
    public required string Id { get; init; }
    public required long Sequence { get; init; }

    /// <summary>The version of the pipeline's definition that this run follows to its end.</summary>
    public required int Version { get; init; }

    public required string Mode { get; init; }
    public string Type { get; init; } = "STANDARD";
    public string? RollbackTarget { get; init; }

    /// <summary>InProgress, Stopping, Stopped, Succeeded, Failed or Superseded.</summary>
    public string Status { get; set; } = "InProgress";

    public string? StatusSummary { get; set; }
    public required DateTimeOffset Started { get; init; }
    public DateTimeOffset Updated { get; set; }
    public required string TriggerType { get; init; }
    public string TriggerDetail { get; init; } = "";
    public string? ClientRequestToken { get; init; }
    public string? StopReason { get; set; }

    /// <summary>The stage that the run is in, or waits before.</summary>
    public required string Stage { get; set; }

    /// <summary>Whether the run waits before its stage.</summary>
    public bool Waiting { get; set; } = true;

    /// <summary>Pipeline variables by name.</summary>
    public Dictionary<string, string> Variables { get; init; } = [];

    /// <summary>The revision that a source action must take, by action name; else it takes the newest.</summary>
    public Dictionary<string, string> PinnedRevisions { get; init; } = [];

    public List<RevisionRecord> Revisions { get; init; } = [];
    public Dictionary<string, ArtifactRecord> Artifacts { get; init; } = [];

    /// <summary>Output variables by namespace.</summary>
    public Dictionary<string, Dictionary<string, string>> Namespaces { get; init; } = [];

    /// <summary>The stages that the run has entered, by name.</summary>
    public Dictionary<string, StageRecord> Stages { get; init; } = [];

    public bool IsActive => Status is "InProgress" or "Stopping";
}

/// <summary>What happened in one stage of one run.</summary>
internal sealed class StageRecord
{
    /// <summary>InProgress, Succeeded, Failed, Stopping or Stopped.</summary>
    public string Status { get; set; } = "InProgress";

    public DateTimeOffset Entered { get; set; }
    public int ManualRetries { get; set; }

    /// <summary>Every attempt of every action, in order; the last one of a name counts.</summary>
    public List<ActionRecord> Actions { get; init; } = [];

    public ActionRecord? Latest(string action) => Actions.LastOrDefault(a => a.Action == action && !a.Retired);
}

/// <summary>One attempt of one action.</summary>
internal sealed class ActionRecord
{
    public required string Id { get; init; }
    public required string Action { get; init; }

    /// <summary>InProgress, Succeeded, Failed or Abandoned.</summary>
    public string Status { get; set; } = "InProgress";

    public required DateTimeOffset Started { get; init; }
    public DateTimeOffset Updated { get; set; }
    public string? UpdatedBy { get; set; }
    public string? Summary { get; set; }

    /// <summary>An approval's token, while it waits and afterwards (to tell a late answer from a wrong one).</summary>
    public string? Token { get; set; }

    /// <summary>Whether an approval's topic was told.</summary>
    public bool Announced { get; set; }

    public string? ExternalId { get; set; }
    public string? ExternalUrl { get; set; }
    public int? Percent { get; set; }
    public string? ErrorCode { get; set; }
    public string? ErrorMessage { get; set; }
    public string? LogStreamArn { get; set; }
    public string? JobId { get; set; }
    public string? ContinuationToken { get; set; }
    public Dictionary<string, string> Configuration { get; init; } = [];
    public List<ArtifactRecord> Inputs { get; init; } = [];
    public List<ArtifactRecord> Outputs { get; init; } = [];
    public Dictionary<string, string> OutputVariables { get; set; } = [];

    /// <summary>Whether a retry of all actions has put this attempt aside.</summary>
    public bool Retired { get; set; }
}

/// <summary>Where an artifact lies.</summary>
internal sealed record ArtifactRecord(string Name, string Bucket, string Key);

/// <summary>What a source action took.</summary>
internal sealed record RevisionRecord(string Action, string Artifact, string Id, string? Summary, string? Url, DateTimeOffset Created);
