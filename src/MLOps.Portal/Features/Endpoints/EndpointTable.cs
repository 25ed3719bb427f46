using MLOps.Cloud.Endpoints;
using MLOps.Portal.Shared.Tables;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Endpoints;

/// <summary>The columns of the list of endpoints.</summary>
internal static class EndpointTable
{
    public static readonly TableShape<EndpointSummary> Shape = new("endpoints",
        new("name", "Endpoint", e => e.Name) { By = e => e.Name, Always = true },
        new("status", "Status", e => e.Status) { By = e => Words.OfStatus(e.Status) },
        new("variants", "Variants", Variants),
        new("instances", "Instances", e => $"{e.Variants.Sum(v => v.CurrentInstances)}") { By = e => e.Variants.Sum(v => v.CurrentInstances), Class = "num" },
        new("scaling", "Scaling", Scaling),
        new("changed", "Changed", e => CsvText.Of(e.Modified ?? e.Created)) { By = e => e.Modified ?? e.Created, Class = "num" },
        new("try", "Try", _ => "") { IsSilent = true });

    /// <summary>The variants, each with its share of the traffic where there are several.</summary>
    public static string Variants(EndpointSummary endpoint)
    {
        var all = endpoint.Variants.Sum(v => v.CurrentWeight);
        return string.Join(", ", endpoint.Variants.Select(v => endpoint.Variants.Count == 1 || all <= 0 ? v.Name : $"{v.Name} {v.CurrentWeight / all:0 %}"));
    }

    /// <summary>Between how many instances the first variant that scales does so.</summary>
    public static string Scaling(EndpointSummary endpoint) =>
        endpoint.Variants.Select(v => v.Scaling).FirstOrDefault(s => s is not null) is { } scaling ? $"{scaling.MinInstances}–{scaling.MaxInstances}" : "fixed";
}
