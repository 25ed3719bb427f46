using System.Security.Claims;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Inventory;
using MLOps.Portal.Features.Notifications.Watching;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Notifications.Reading;

/// <summary>Knows what each person chose, and which approvals ask them now.</summary>
internal sealed class NoticeReaders(ICloudConnections connections, IInventory<PendingApproval> approvals, IAskedPeople people, ChoiceStore choices)
{
    public async Task<NoticeReader> OfAsync(ClaimsPrincipal person, CancellationToken cancelled)
    {
        var chosen = await choices.OfAsync(person.Id(), cancelled);
        return new NoticeReader(person.Id())
        {
            Hidden = [.. chosen.Where(c => c.Value == NoticeChoice.Never).Select(c => c.Key)],
            AskedAlone = [.. chosen.Where(c => c.Value == NoticeChoice.WhenAsked).Select(c => c.Key)],
            Asks = await AsksAsync(person, cancelled),
        };
    }

    private async Task<IReadOnlyCollection<string>> AsksAsync(ClaimsPrincipal person, CancellationToken cancelled)
    {
        var asks = new List<string>();
        foreach (var approval in connections.All.SelectMany(c => approvals.Current(c.Name).Items))
        {
            if (await people.AsksAsync(approval, person, cancelled))
                asks.Add(ApprovalNotices.Series(approval));
        }
        return asks;
    }
}
