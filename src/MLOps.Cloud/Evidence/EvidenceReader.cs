using System.Text.Json;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Models;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Evidence;

/// <inheritdoc/>
internal sealed class EvidenceReader(
    ICloudConnections connections, IPipelineReader pipelines, PipelineSource pipelineSource, EndpointSource endpoints, IModelReader models,
    ModelEvidenceReader reader) : IEvidenceReader
{
    /// <summary>The tag by which a training job names the execution that started it.</summary>
    private const string ExecutionTag = "mlops:execution";

    public async Task<SignOffEvidence> EvidenceAsync(string connection, string pipeline, string executionId, CancellationToken cancelled = default)
    {
        var place = connections.Find(connection) ?? throw UnknownConnection.Named(connection);
        var execution = await pipelines.ExecutionAsync(connection, pipeline, executionId, cancelled);
        var snapshot = await pipelineSource.ReadAsync(connection, pipeline, cancelled)
            ?? throw new CloudException(new CloudFault(CloudFaultKind.NotFound, $"There is no pipeline named '{pipeline}'."));
        var gaps = new EvidenceGaps();
        var (candidate, upload) = await reader.ReadAsync(connection, snapshot.Definition, execution, "", "candidate", gaps, cancelled);
        var prefix = Prefix(candidate.DeploymentJson, gaps);
        var (development, production) = (prefix.Length == 0 ? "" : $"{prefix}-development", prefix.Length == 0 ? "" : $"{prefix}-production");
        var developmentEndpoint = await EndpointAsync(connection, development, "development endpoint", gaps, cancelled);
        var productionEndpoint = await EndpointAsync(connection, production, SignOffEvidence.ProductionEndpointPart, gaps, cancelled);
        var evidence = new SignOffEvidence(connection, pipeline, execution.Execution, "")
        {
            Approvals = snapshot.Approvals.Where(a => a.ExecutionId == executionId).ToValueList(),
            RequestedBy = upload?.RequestedBy is { Length: > 0 } uploader ? uploader : StartedBy(execution.Execution),
            StartedBy = StartedBy(execution.Execution),
            Candidate = candidate,
            Production = productionEndpoint is null ? null : await ProductionAsync(connection, snapshot, productionEndpoint, candidate.Job?.Job.Name ?? "", gaps, cancelled),
            DevelopmentEndpoint = developmentEndpoint,
            DevelopmentTrainingJob = await ServedJobAsync(connection, developmentEndpoint, gaps, cancelled),
            ProductionEndpoint = productionEndpoint,
            DevelopmentEndpointName = development,
            ProductionEndpointName = production,
        };
        return EvidenceDigest.Sign(evidence with { Gaps = gaps.All }, place);
    }

    /// <summary>
    /// What the variant with the most traffic runs: its model, the job that made it, the execution that asked for the job. The candidate
    /// itself is left aside, where it serves as a challenger already.
    /// </summary>
    private async Task<ModelEvidence?> ProductionAsync(
        string connection, PipelineSnapshot pipeline, EndpointSummary endpoint, string candidate, EvidenceGaps gaps, CancellationToken cancelled)
    {
        VariantState? champion = null;
        ModelSummary? model = null;
        foreach (var variant in endpoint.Variants.Where(v => v.Model.Length > 0).OrderByDescending(v => Math.Max(v.CurrentWeight, v.DesiredWeight)))
        {
            var runs = await gaps.TryAsync("production's model", async () => (ModelSummary?)await models.DetailAsync(connection, variant.Model, cancelled));
            if (champion is not null && (runs?.TrainingJob.Length is null or 0 || runs.TrainingJob == candidate))
                continue;
            (champion, model) = (variant, runs);
            if (runs is null || runs.TrainingJob != candidate)
                break;
        }
        if (champion is null)
        {
            gaps.Missing("production's model", "The production endpoint names no model.");
            return null;
        }
        var job = model?.TrainingJob ?? "";
        var (evidence, _) = await reader.ReadAsync(connection, pipeline.Definition, null, job, "production", gaps, cancelled);
        var executionId = evidence.Job?.Tags.FirstOrDefault(t => t.Key == ExecutionTag)?.Value ?? "";
        if (executionId.Length > 0)
        {
            var execution = await gaps.TryAsync(
                "production's execution", async () => (ExecutionDetail?)await pipelines.ExecutionAsync(connection, pipeline.Summary.Name, executionId, cancelled));
            if (execution is not null)
            {
                var upload = await gaps.TryAsync("production's source files", () => reader.UploadAsync(connection, pipeline.Definition, execution, cancelled));
                var revision = execution.Execution.Revisions is [var first, ..] ? first : null;
                evidence = evidence with
                {
                    RevisionId = revision?.RevisionId ?? "",
                    RevisionSummary = revision?.Summary ?? "",
                    TrainingJobJson = upload?.File("trainingjob.json") ?? "",
                    DeploymentJson = upload?.File("deployment.json") ?? "",
                };
            }
        }
        return evidence with
        {
            ExecutionId = executionId,
            Image = champion.Image.Length > 0 ? champion.Image : evidence.Image,
            ImageDigest = champion.ImageDigest.Length > 0 ? champion.ImageDigest : evidence.ImageDigest,
        };
    }

    private async Task<string> ServedJobAsync(string connection, EndpointSummary? endpoint, EvidenceGaps gaps, CancellationToken cancelled) =>
        endpoint?.Variants is [{ Model.Length: > 0 } only, ..]
            ? (await gaps.TryAsync("development model", async () => (ModelSummary?)await models.DetailAsync(connection, only.Model, cancelled)))?.TrainingJob ?? ""
            : "";

    private async Task<EndpointSummary?> EndpointAsync(string connection, string name, string part, EvidenceGaps gaps, CancellationToken cancelled) =>
        name.Length == 0 ? null : await gaps.TryAsync(part, () => endpoints.ReadAsync(connection, name, cancelled));

    /// <summary>A person's start names the person; that of a source names the source's role or rule.</summary>
    private static string StartedBy(PipelineExecution execution) =>
        execution.TriggerDetail.StartsWith("arn:", StringComparison.Ordinal) && execution.TriggerType is "StartPipelineExecution" or "ManualRollback"
            ? execution.TriggerDetail
            : "";

    private static string Prefix(string deploymentJson, EvidenceGaps gaps)
    {
        if (deploymentJson.Length == 0)
            return "";
        try
        {
            using var document = JsonDocument.Parse(deploymentJson);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("EndpointPrefix", out var prefix) && prefix.ValueKind == JsonValueKind.String)
                return prefix.GetString() ?? "";
            gaps.Missing("endpoints", "deployment.json has no EndpointPrefix.");
        }
        catch (JsonException e)
        {
            gaps.Add("endpoints", new CloudFault(CloudFaultKind.Invalid, $"deployment.json is no JSON: {e.Message}"));
        }
        return "";
    }
}
