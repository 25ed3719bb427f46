using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Notifications;

/// <summary>Says where it is seen whether a message was sent: a channel tells nobody afterwards what it took.</summary>
internal sealed class NotificationReconciler : IReconciler
{
    public IReadOnlyCollection<string> Kinds { get; } = ["send"];

    public Task<Finding?> LookAsync(LedgerEntry intent, CancellationToken cancelled) =>
        Task.FromResult<Finding?>(Finding.Unclear("The portal ended while it was sent. The channel itself shows whether a message came; the page of notifications shows what is still to be sent."));
}
