using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Training;

namespace MLOps.Cloud.Evidence;

/// <summary>
/// Writes what a sign-off rests on in one canonical form: fixed members in a fixed order, lists sorted by name, numbers in
/// their shortest form, no white space. Equal evidence has equal text, whenever and wherever it is read.
/// </summary>
internal static class EvidenceDigest
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The evidence with its canonical text and the SHA-256 of it.</summary>
    public static SignOffEvidence Sign(SignOffEvidence evidence, CloudConnection connection)
    {
        var canonical = Canonical(evidence, connection);
        return evidence with { Canonical = canonical, Digest = Sha256(canonical) };
    }

    private static string Canonical(SignOffEvidence evidence, CloudConnection connection)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Format))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteString("account", connection.Account);
            json.WriteString("region", connection.Region);
            json.WriteString("pipeline", evidence.Pipeline);
            json.WriteString("execution", evidence.Execution.Id);
            json.WriteStartArray("revisions");
            foreach (var revision in evidence.Execution.Revisions.OrderBy(r => r.ActionName, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("action", revision.ActionName);
                json.WriteString("revision", revision.RevisionId);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteString("requestedBy", evidence.RequestedBy);
            json.WriteString("startedBy", evidence.StartedBy);
            json.WriteString("developmentEndpoint", evidence.DevelopmentEndpointName);
            json.WriteString("productionEndpoint", evidence.ProductionEndpointName);
            Model(json, "candidate", evidence.Candidate);
            Model(json, "production", evidence.Production);
            json.WriteStartArray("productionVariants");
            foreach (var variant in (evidence.ProductionEndpoint?.Variants ?? []).OrderBy(v => v.Name, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("name", variant.Name);
                json.WriteString("model", variant.Model);
                json.WriteString("imageDigest", variant.ImageDigest);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Model(Utf8JsonWriter json, string name, ModelEvidence? model)
    {
        if (model is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        json.WriteString("execution", model.ExecutionId);
        json.WriteString("revision", model.RevisionId);
        json.WriteString("trainingJobJson", model.TrainingJobJson.Length == 0 ? "" : Sha256(model.TrainingJobJson));
        json.WriteString("deploymentJson", model.DeploymentJson.Length == 0 ? "" : Sha256(model.DeploymentJson));
        json.WriteString("modelCard", model.ModelCard.Length == 0 ? "" : Sha256(model.ModelCard));
        json.WriteString("image", model.Image);
        json.WriteString("imageDigest", model.ImageDigest);
        if (model.Job is null)
            json.WriteNull("job");
        else
            Job(json, model.Job);
        json.WriteEndObject();
    }

    private static void Job(Utf8JsonWriter json, TrainingJobDetail job)
    {
        json.WriteStartObject("job");
        json.WriteString("name", job.Job.Name);
        json.WriteString("status", job.Job.Status);
        json.WriteString("modelArtifact", job.ModelArtifact);
        json.WriteStartObject("hyperparameters");
        foreach (var parameter in job.Hyperparameters.OrderBy(p => p.Name, StringComparer.Ordinal))
            json.WriteString(parameter.Name, parameter.Value);
        json.WriteEndObject();
        json.WriteStartObject("metrics");
        foreach (var metric in job.Job.Metrics.OrderBy(m => m.Name, StringComparer.Ordinal))
        {
            if (double.IsFinite(metric.Value))
                json.WriteNumber(metric.Name, metric.Value);
            else
                json.WriteString(metric.Name, metric.Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
