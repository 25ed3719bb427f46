using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Registry;
using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Models;

/// <summary>Finds out whether a version of a model was approved or rejected.</summary>
internal sealed class PackageReconciler(IInventory<ModelPackage> packages) : IReconciler
{
    private const string Package = "package";
    private const string Before = "before";
    private const string Ordered = "ordered";

    public IReadOnlyCollection<string> Kinds { get; } = [LedgerKind.Approve, LedgerKind.Reject];

    public static Deed Deed(string verb, ModelPackage package, bool approve) =>
        new Deed($"{verb} model package {package.Name}").With((Package, package.Arn), (Before, package.Approval), (Ordered, approve ? "Approved" : "Rejected"));

    public async Task<Finding?> LookAsync(LedgerEntry intent, CancellationToken cancelled)
    {
        if (!intent.Details.TryGetValue(Package, out var arn))
            return null;
        await packages.RefreshAsync(intent.Connection, arn, cancelled);
        var state = packages.Current(intent.Connection);
        if (state.AsOf is null || state.IsStale)
            throw new CloudException(new CloudFault(CloudFaultKind.Unreachable, "The versions of models cannot be read."));
        return state.Items.FirstOrDefault(p => p.Arn == arn) is { } package
            ? Lookup.Between(intent.Details.GetValueOrDefault(Before, ""), intent.Details.GetValueOrDefault(Ordered, ""), package.Approval, Lookup.Trail(intent, "UpdateModelPackage"))
            : Finding.Unclear($"There is no such version any more. {Lookup.Trail(intent, "UpdateModelPackage")}");
    }
}
