using System.Globalization;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Ledger;
using MLOps.Portal.Features.Approvals.Gates;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Approvals.Promotion;

/// <summary>A change of production as the ledger keeps it. What became of one that was cut off, the watch over changes finds out.</summary>
internal sealed class PromotionLedger(ChangeStore changes, IInventory<EndpointSummary> endpoints) : IReconciler
{
    /// <summary>More traffic for a challenger.</summary>
    public const string Promote = "promote";

    /// <summary>Traffic that is taken back.</summary>
    public const string Shift = "shift";

    /// <summary>Production that goes back to what served before.</summary>
    public const string Rollback = "rollback";

    private const string Change = "change";
    private const string Endpoint = "endpoint";
    private const string Wanted = "shares";

    public IReadOnlyCollection<string> Kinds { get; } = [Promote, Shift, Rollback];

    /// <param name="kind">One of the verbs of this class, or that of a vote.</param>
    /// <param name="gate">The rules under which it is done, and how they came out.</param>
    /// <param name="what">What it is done to, and what it shall be.</param>
    public static Deed Deed(string kind, TrafficChange change, GateStanding gate, string what) => new Deed($"{kind} {what}")
    {
        Kind = kind,
        Object = what,
        Connection = change.Connection,
        Why = change.Reason,
        Evidence = change.EvidenceDigest,
        Details = new Dictionary<string, string>
        {
            [Endpoint] = change.Endpoint, ["before"] = change.Before, ["after"] = change.After, ["target"] = change.Target,
            [Change] = change.Id.ToString(CultureInfo.InvariantCulture),
        },
    }.With(GateRecord.Of(gate));

    /// <summary>The shares of before, which a roll back of a stage does not bring along: asked for once, in the name of who rolled back.</summary>
    public static LedgerEntry Restoring(TrafficChange change, Shares wanted) => Entries.Fact(Shift, $"shares:{change.Connection}/{change.Id}") with
    {
        Type = EntryType.Intent, Object = $"traffic of {change.Endpoint}: {wanted.Words}", Connection = change.Connection, Subject = change.UserId, Name = change.UserName,
        Why = "As it was before, after the roll back", Details = new Dictionary<string, string> { [Endpoint] = change.Endpoint, ["after"] = wanted.Words, [Wanted] = wanted.ToJson() },
    };

    public async Task<Finding?> LookAsync(LedgerEntry intent, CancellationToken cancelled)
    {
        if (intent.Details.TryGetValue(Wanted, out var wanted))
            return await RestoredAsync(intent, Shares.Read(wanted), cancelled);
        if (!intent.Details.TryGetValue(Change, out var text) || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || await changes.FindAsync(id, cancelled) is not { } change)
            return null;
        return change.Outcome switch
        {
            ChangeStore.Done => Finding.Happened(),
            ChangeStore.Refused => Finding.Refused(change.Detail),
            ChangeStore.Failed when change is { Kind: ChangeKind.Rollback, ExecutionId.Length: > 0 } => Finding.Happened($"It failed: {change.Detail}"),
            ChangeStore.Failed => Finding.Absent(change.Detail),
            _ => throw new CloudException(new CloudFault(CloudFaultKind.Conflict, "The cloud still works on it.")),
        };
    }

    /// <summary>Whether traffic is shared as it was before a roll back. What is not so is asked for once more: the claim is free then.</summary>
    private async Task<Finding> RestoredAsync(LedgerEntry intent, Shares wanted, CancellationToken cancelled)
    {
        var name = intent.Details[Endpoint];
        await endpoints.RefreshAsync(intent.Connection, name, cancelled);
        var state = endpoints.Current(intent.Connection);
        if (state.IsStale || state.AsOf is null)
            throw new CloudException(new CloudFault(CloudFaultKind.Unreachable, "Endpoints cannot be read."));
        if (state.Items.FirstOrDefault(e => e.Name == name) is not { } endpoint)
            return Finding.Absent("The endpoint is gone.");
        var now = Shares.Of(endpoint);
        return now.Equal(wanted) ? Finding.Happened($"It is shared so: {now.Words}.") : Finding.Absent($"It is shared otherwise: {now.Words}.");
    }
}
