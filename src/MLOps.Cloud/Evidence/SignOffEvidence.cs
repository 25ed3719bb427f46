using MLOps.Cloud.Approvals;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Evidence;

/// <summary>Gathers what a sign-off is decided by.</summary>
public interface IEvidenceReader
{
    /// <summary>
    /// The evidence for an execution. Parts that cannot be read say so in <see cref="SignOffEvidence.Gaps"/>; only when
    /// the execution itself cannot be read is there no evidence.
    /// </summary>
    /// <exception cref="CloudException">The execution does not exist, or the cloud cannot be asked for it.</exception>
    Task<SignOffEvidence> EvidenceAsync(string connection, string pipeline, string executionId, CancellationToken cancelled = default);
}

/// <summary>
/// What a sign-off is decided by: the candidate (challenger) beside what production runs now (champion).
/// </summary>
/// <param name="Digest">
/// SHA-256 (64 hex digits) over a canonical form of what the decision rests on: execution, revision, both files, both jobs'
/// results, image, and what production runs now. It does not change with time of reading, live metrics or instance counts.
/// </param>
public sealed record SignOffEvidence(string Connection, string Pipeline, PipelineExecution Execution, string Digest)
{
    /// <summary>The approvals of this execution that wait now.</summary>
    public ValueList<PendingApproval> Approvals { get; init; } = [];

    /// <summary>Who asked: who made the upload as its metadata says, else the ARN that started the execution; empty where not known.</summary>
    public string RequestedBy { get; init; } = "";

    /// <summary>Who started the execution: the ARN of a person's start; empty where an upload did.</summary>
    public string StartedBy { get; init; } = "";

    /// <summary>What asks to go to production.</summary>
    public ModelEvidence Candidate { get; init; } = new();

    /// <summary>What production runs now; null before the first deployment.</summary>
    public ModelEvidence? Production { get; init; }

    /// <summary>The endpoint on which the candidate can be tried; null where it is not there.</summary>
    public EndpointSummary? DevelopmentEndpoint { get; init; }

    /// <summary>The training job whose model that endpoint serves, which may be a later candidate's by now; empty where not known.</summary>
    public string DevelopmentTrainingJob { get; init; } = "";

    /// <summary>The endpoint that the approval would change; null before the first deployment.</summary>
    public EndpointSummary? ProductionEndpoint { get; init; }

    /// <summary>The names from <c>deployment.json</c>'s EndpointPrefix, also where the endpoints do not exist yet.</summary>
    public string DevelopmentEndpointName { get; init; } = "";

    public string ProductionEndpointName { get; init; } = "";

    /// <summary>The canonical text that <see cref="Digest"/> is over: JSON, for the record.</summary>
    public string Canonical { get; init; } = "";

    /// <summary>What could not be read, and why.</summary>
    public ValueList<EvidenceGap> Gaps { get; init; } = [];

    /// <summary>Whether it is certain that nothing runs in production yet; false also where production could not be read.</summary>
    public bool IsFirstDeployment => ProductionEndpoint is null && ProductionEndpointName.Length > 0 && !Gaps.Any(g => g.Part == ProductionEndpointPart);

    internal const string ProductionEndpointPart = "production endpoint";
}

/// <summary>One model of a sign-off.</summary>
public sealed record ModelEvidence
{
    /// <summary>The execution that brought it; empty where not known.</summary>
    public string ExecutionId { get; init; } = "";

    /// <summary>The source revision: S3 version id of <c>trainingjob.zip</c>.</summary>
    public string RevisionId { get; init; } = "";

    public string RevisionSummary { get; init; } = "";

    /// <summary>The text of <c>trainingjob.json</c>; empty where it could not be read.</summary>
    public string TrainingJobJson { get; init; } = "";

    /// <summary>The text of <c>deployment.json</c>; empty where it could not be read.</summary>
    public string DeploymentJson { get; init; } = "";

    /// <summary>Every text file of the upload by its path, those two among them; empty where it could not be read.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>The model card, Markdown: <c>model_card.md</c> of the upload; empty where there is none.</summary>
    public string ModelCard => Files.FirstOrDefault(f => f.Key.Replace('-', '_').Equals("model_card.md", StringComparison.OrdinalIgnoreCase)).Value ?? "";

    /// <summary>The training job, with its metrics; null where it could not be read.</summary>
    public TrainingJobDetail? Job { get; init; }

    /// <summary>The image's reference and digest.</summary>
    public string Image { get; init; } = "";

    public string ImageDigest { get; init; } = "";
}

/// <summary>A part of the evidence that could not be read.</summary>
/// <param name="Part">For people: <c>candidate training job</c>, <c>production's source revision</c>…</param>
public sealed record EvidenceGap(string Part, CloudFault Fault);
