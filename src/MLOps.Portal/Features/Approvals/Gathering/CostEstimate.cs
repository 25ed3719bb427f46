using System.Text.Json;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Prices;

namespace MLOps.Portal.Features.Approvals.Gathering;

/// <summary>What some instances cost.</summary>
/// <param name="Amount">In the table's currency; null where the table does not know the type.</param>
/// <param name="What">What is counted, for people: <c>2 × ml.m5.large</c>.</param>
public sealed record CostLine(string What, decimal? Amount, bool IsExact);

/// <summary>What a candidate costs: its training once, and its production by the month.</summary>
public sealed record CostEstimate(CostLine? Training, CostLine? Production, CostLine? ProductionAtMost, CostLine? ProductionNow)
{
    public static CostEstimate Of(SignOffEvidence evidence, IPriceTable prices, string region)
    {
        var (planned, most) = Planned(evidence.Candidate.DeploymentJson, prices, region);
        return new CostEstimate(OfTraining(evidence, prices, region), planned, most, Now(evidence, prices, region));
    }

    private static CostLine? OfTraining(SignOffEvidence evidence, IPriceTable prices, string region)
    {
        if (evidence.Candidate.Job is not { Job: { InstanceType.Length: > 0, BillableSeconds: { } seconds } job })
            return null;
        var price = prices.Find(job.InstanceType, region, InstanceUse.Training);
        return new CostLine($"{job.InstanceCount} × {job.InstanceType}", price?.For(job.InstanceCount, TimeSpan.FromSeconds(seconds)), price?.IsExact ?? true);
    }

    private static CostLine? Now(SignOffEvidence evidence, IPriceTable prices, string region)
    {
        if (evidence.ProductionEndpoint is not { Variants.Count: > 0 } endpoint)
            return null;
        var lines = endpoint.Variants.Select(v => Monthly(v.InstanceType, Math.Max(v.CurrentInstances, v.DesiredInstances), prices, region)).ToList();
        return new CostLine(string.Join(" + ", lines.Select(l => l.What)), lines.Any(l => l.Amount is null) ? null : lines.Sum(l => l.Amount), lines.All(l => l.IsExact));
    }

    /// <summary>What deployment.json asks for, to begin with and at the upper end of scaling.</summary>
    private static (CostLine? Planned, CostLine? Most) Planned(string deploymentJson, IPriceTable prices, string region)
    {
        try
        {
            using var json = JsonDocument.Parse(deploymentJson);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("ProductionEndpoint", out var production)
                || production.ValueKind != JsonValueKind.Object || !production.TryGetProperty("InstanceType", out var type) || type.ValueKind != JsonValueKind.String)
                return (null, null);
            var first = Monthly(type.GetString()!, Count(production, "InitialInstanceCount") ?? 1, prices, region);
            var most = production.TryGetProperty("AutoScaling", out var scaling) && scaling.ValueKind == JsonValueKind.Object ? Count(scaling, "MaxCapacity") : null;
            return (first, most is { } top ? Monthly(type.GetString()!, top, prices, region) : null);
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    private static int? Count(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) ? count : null;

    private static CostLine Monthly(string type, int count, IPriceTable prices, string region)
    {
        var price = prices.Find(type, region, InstanceUse.Hosting);
        return new CostLine($"{count} × {type}", price?.Monthly(count), price?.IsExact ?? true);
    }
}
