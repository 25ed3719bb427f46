using MLOps.Cloud.Values;

namespace MLOps.Cloud.Registry;

/// <summary>A version in a model package group: an image with an artifact, what it takes and gives, and whether it may be deployed. Inventory order: newest first.</summary>
/// <param name="Approval"><c>PendingManualApproval</c>, <c>Approved</c> or <c>Rejected</c>.</param>
public sealed record ModelPackage(string Connection, string Group, int Version, string Approval)
{
    public string Arn { get; init; } = "";

    /// <summary><c>Completed</c>, <c>Pending</c>, <c>InProgress</c>, <c>Failed</c>…: whether the package itself is ready.</summary>
    public string Status { get; init; } = "";

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset? Modified { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Why it was approved or rejected, in the words of who did.</summary>
    public string ApprovalDescription { get; init; } = "";

    public string Image { get; init; } = "";

    /// <summary><c>sha256:…</c> of the image; empty where not known.</summary>
    public string ImageDigest { get; init; } = "";

    /// <summary>The S3 URI of <c>model.tar.gz</c>.</summary>
    public string ModelDataUrl { get; init; } = "";

    /// <summary>The training job whose artifact it holds; empty where it cannot be told.</summary>
    public string TrainingJob { get; init; } = "";

    /// <summary>The content types that requests may have.</summary>
    public ValueList<string> ContentTypes { get; init; } = [];

    /// <summary>The content types that answers may have.</summary>
    public ValueList<string> ResponseTypes { get; init; } = [];

    /// <summary>The S3 URI of an archive with a sample request; empty where there is none.</summary>
    public string SamplePayloadUrl { get; init; } = "";

    /// <summary>The S3 URI of the evaluation; empty where there is none.</summary>
    public string EvaluationUrl { get; init; } = "";

    /// <summary>What else was written down about it.</summary>
    public ValueList<Setting> Metadata { get; init; } = [];

    /// <summary>How people call it: <c>iris-model/3</c>.</summary>
    public string Name => $"{Group}/{Version}";

    /// <summary>The measured numbers among its metadata.</summary>
    public IEnumerable<Setting> Metrics => Metadata.Where(m => m.Name.StartsWith(MetricPrefix, StringComparison.Ordinal)).Select(m => m with { Name = m.Name[MetricPrefix.Length..] });

    /// <summary>The rest of its metadata.</summary>
    public IEnumerable<Setting> Facts => Metadata.Where(m => !m.Name.StartsWith(MetricPrefix, StringComparison.Ordinal));

    private const string MetricPrefix = "metric:";
}

/// <summary>A sample request to a model.</summary>
/// <param name="Name">The file's name in the archive.</param>
public sealed record SamplePayload(string Name, string Text);
