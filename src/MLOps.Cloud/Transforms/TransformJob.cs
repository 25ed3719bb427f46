using MLOps.Cloud.Values;

namespace MLOps.Cloud.Transforms;

/// <summary>A batch transform job. Inventory order: newest first.</summary>
/// <param name="Status"><c>InProgress</c>, <c>Completed</c>, <c>Failed</c>, <c>Stopping</c> or <c>Stopped</c>.</param>
public sealed record TransformJobSummary(string Connection, string Name, string Status)
{
    public string Arn { get; init; } = "";

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset? Modified { get; init; }

    public DateTimeOffset? Ended { get; init; }

    public string FailureReason { get; init; } = "";
}

/// <summary>A batch transform job in depth.</summary>
public sealed record TransformJobDetail(TransformJobSummary Job)
{
    public TransformDraft Request { get; init; } = new("", "");

    public DateTimeOffset? Started { get; init; }

    public ValueList<ResourceTag> Tags => Request.Tags;
}

/// <summary>A batch transform: which model predicts which data, and how. Of one that runs, or that somebody is about to launch.</summary>
public sealed record TransformDraft(string Name, string Model)
{
    /// <summary>The prefix whose objects are the input, as <c>s3://bucket/prefix</c>.</summary>
    public string Input { get; init; } = "";

    /// <summary>Where the answers go; each object of the input becomes one with <c>.out</c> at its end.</summary>
    public string Output { get; init; } = "";

    public string ContentType { get; init; } = "text/csv";

    public string Accept { get; init; } = "text/csv";

    /// <summary>Whether each line is a record; else each object is one.</summary>
    public bool Lines { get; init; } = true;

    /// <summary>Whether each record is a request of its own; else as many as fit.</summary>
    public bool Single { get; init; }

    /// <summary>Whether each answer stands beside its record.</summary>
    public bool Join { get; init; }

    /// <summary>A JSONPath that chooses what of a record the model sees; all where empty.</summary>
    public string InputFilter { get; init; } = "";

    /// <summary>A JSONPath that chooses what of an answer is kept; all where empty.</summary>
    public string OutputFilter { get; init; } = "";

    public int AtOnce { get; init; } = 1;

    public int MaxPayloadMegabytes { get; init; } = 6;

    public string InstanceType { get; init; } = "ml.m5.large";

    public int InstanceCount { get; init; } = 1;

    public ValueList<Setting> Environment { get; init; } = [];

    public ValueList<ResourceTag> Tags { get; init; } = [];
}
