using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Promotion;
using MLOps.Portal.Features.Approvals.Gates;
using MLOps.Portal.Features.Approvals.Gathering;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.History;

namespace MLOps.Portal.Features.Approvals.Promotion;

/// <summary>What a promotion is decided by: how the endpoint stands, what its challenger is worth, and what the gate says about the person.</summary>
/// <param name="Gathered">The challenger's evidence; null where there is no challenger, or nobody knows which execution brought it.</param>
/// <param name="EvidenceFault">Why the evidence could not be read; null while all is well.</param>
/// <param name="Configs">Earlier configurations that served well, newest first.</param>
public sealed record PromotionState(
    string Connection, ProductionHistory History, GateStanding Gate, GatheredEvidence? Gathered, CloudFault? EvidenceFault, IReadOnlyList<EarlierConfig> Configs)
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public EndpointSummary Endpoint => History.Endpoint;

    public Shares Shares => Shares.Of(Endpoint);

    /// <summary>Behind an approval an endpoint is production whatever its name.</summary>
    public Surroundings Where(CloudConnection cloud) => History.Approval.Length > 0 ? Surroundings.Production : SurroundingsOf.Name(Endpoint.Name, cloud);

    /// <summary>Whether nothing is being changed: SageMaker takes another change only then.</summary>
    public bool IsSteady => Endpoint is { Status: "InService", Pending: null };

    /// <summary>What the portal saw serving here, oldest first.</summary>
    public IReadOnlyList<ServingPeriod> Periods { get; init; } = [];

    /// <summary>The execution that production goes back to by one click; null where there is none before.</summary>
    public PipelineExecution? LastGood => ServedBefore.LastGood(History, Periods);

    /// <summary>How the traffic was shared, by training job, before what an execution deployed was replaced; none where nobody saw it.</summary>
    public Shares SharesBefore(string executionId) => ServedBefore.SharesOf(Periods, Endpoint.ConfigName, executionId);

    /// <summary>The digest of the challenger's evidence; empty where there is none.</summary>
    public string EvidenceDigest => Gathered?.Digest ?? "";

    /// <summary>What the page showed of the endpoint, in a canonical form: the server refuses when it is not the same any more.</summary>
    public string Seen => SeenOf(Endpoint);

    /// <summary>The part of an endpoint that a decision rests on: its configuration, and each variant's model and share. Instance counts are scaling's.</summary>
    public static string SeenOf(EndpointSummary endpoint)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Format))
        {
            json.WriteStartObject();
            json.WriteString("configuration", endpoint.ConfigName);
            json.WriteStartArray("variants");
            foreach (var (variant, share) in endpoint.Variants.Zip(Shares.Of(endpoint).All).OrderBy(v => v.First.Name, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("name", variant.Name);
                json.WriteString("model", variant.Model);
                json.WriteString("traffic", Shares.Percent(share.Value));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Whether a shift gives more traffic to what asks to become production; taking it back is always possible for who may approve.</summary>
    public bool IsPromotion(Shares after) => History.Challenger is not { } challenger || after[challenger.Variant] > Shares[challenger.Variant];

    /// <summary>What stands in the way of a promotion beside the person; an administrator may set it aside.</summary>
    public IReadOnlyList<string> Blocks =>
    [
        .. Gate.Blocks,
        .. EvidenceFault is { } fault ? [$"The challenger's evidence could not be read: {fault.Message}"]
            : Gathered is null && Gate.Gate.ExcludeRequester ? ["Nobody knows which execution brought the challenger, so the gate cannot tell who asked for it."] : Enumerable.Empty<string>(),
    ];
}
