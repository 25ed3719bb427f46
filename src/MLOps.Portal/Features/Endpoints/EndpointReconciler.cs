using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Endpoints;

/// <summary>Finds out whether an endpoint was deleted.</summary>
internal sealed class EndpointReconciler(IEndpointReader reader) : IReconciler
{
    public const string Endpoint = "endpoint";

    public IReadOnlyCollection<string> Kinds { get; } = ["delete"];

    public async Task<Finding?> LookAsync(LedgerEntry intent, CancellationToken cancelled)
    {
        if (!intent.Details.TryGetValue(Endpoint, out var endpoint))
            return null;
        try
        {
            var detail = await reader.DetailAsync(intent.Connection, endpoint, cancelled);
            return detail.Endpoint.Status == "Deleting" ? Finding.Happened("It is being deleted.") : Finding.Absent($"It is there: {detail.Endpoint.Status}.");
        }
        catch (CloudException gone) when (gone.Fault.Kind == CloudFaultKind.NotFound)
        {
            return Finding.Happened("It is gone.");
        }
    }
}
