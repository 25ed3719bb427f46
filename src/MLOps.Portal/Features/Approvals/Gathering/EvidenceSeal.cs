using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MLOps.Cloud.Cases;

namespace MLOps.Portal.Features.Approvals.Gathering;

/// <summary>
/// Joins what was measured to the canonical text of what was read, and signs both: results of cases and the identity of the training
/// data, not latencies, which are others every time.
/// </summary>
internal static class EvidenceSeal
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a path of the canonical text is one of what was measured.</summary>
    public static bool IsMeasured(string path) => path.StartsWith("cases", StringComparison.Ordinal) || path.StartsWith("trainingData", StringComparison.Ordinal);

    public static GatheredEvidence Put(GatheredEvidence gathered)
    {
        if (gathered.Evidence is null)
            return gathered with { Canonical = "", Digest = "" };
        var canonical = Join(gathered.Evidence.Canonical, Measured(gathered));
        return gathered with { Canonical = canonical, Digest = Sha256(canonical) };
    }

    /// <summary>Puts the members of a second object behind those of the first.</summary>
    private static string Join(string first, string second) =>
        first.EndsWith('}') && first.Length > 2 ? $"{first[..^1]},{second[1..]}" : second;

    private static string Measured(GatheredEvidence gathered)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Format))
        {
            json.WriteStartObject();
            json.WriteStartArray("trainingData");
            foreach (var channel in gathered.Data?.Channels ?? [])
            {
                json.WriteStartObject();
                json.WriteString("Name", channel.Name);
                json.WriteString("uri", channel.S3Uri);
                json.WriteString("identity", channel.Identity);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (gathered.Cases is { } cases)
                Cases(json, cases);
            else
                json.WriteNull("cases");
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Cases(Utf8JsonWriter json, CaseResults cases)
    {
        json.WriteStartObject("cases");
        json.WriteString("source", cases.Source);
        json.WriteString("sha256", cases.Sha256);
        json.WriteNumber("asked", cases.Rows.Count);
        Number(json, "agreement", cases.Agreement);
        Number(json, "candidateAccuracy", cases.CandidateAccuracy);
        Number(json, "productionAccuracy", cases.ProductionAccuracy);
        json.WriteString("answers", Sha256(string.Join('\n', cases.Rows.Select(r => $"{r.Case.Number}\t{Said(r.Candidate)}\t{Said(r.Production)}"))));
        json.WriteEndObject();
    }

    private static string Said(CaseAnswer? answer) => answer is null ? "" : answer.IsError ? $"!{answer.Text}" : answer.Text;

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, Math.Round(number, 6));
        else
            json.WriteNull(name);
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
