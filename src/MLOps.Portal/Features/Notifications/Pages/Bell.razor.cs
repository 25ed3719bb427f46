using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Inventory;
using MLOps.Portal.Features.Notifications.Reading;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Notifications.Pages;

public sealed partial class Bell : LiveComponent
{
    private const int Shown = 6;

    private ClaimsPrincipal? who;
    private int unread;
    private IReadOnlyList<NoticeLine> newest = [];

    [Inject] private NoticeList Notices { get; set; } = default!;

    [Inject] private NoticeReaders Readers { get; set; } = default!;

    [Inject] private NotificationFeed Feed { get; set; } = default!;

    [Inject] private IInventory<PendingApproval> Approvals { get; set; } = default!;

    [CascadingParameter] private Task<AuthenticationState>? People { get; set; }

    private string Label => unread == 0 ? "Notifications" : $"Notifications, {(unread < NoticeList.MostCounted ? Words.Count(unread, "unread", "unread") : "99 or more unread")}";

    protected override async Task OnInitializedAsync()
    {
        if (People is null || (await People).User is not { Identity.IsAuthenticated: true } user)
            return;
        who = user;
        await LoadAsync();
        if (!RendererInfo.IsInteractive)
            return;
        Pump(Feed.SignalsAsync(Gone), _ => Start(LoadAsync));
        // What is answered elsewhere asks nobody any more.
        Pump(Approvals.Subscribe(Places.Connection).Changes, _ => Start(LoadAsync));
    }

    private async Task LoadAsync()
    {
        var reader = await Readers.OfAsync(who!, Gone);
        unread = await Notices.UnreadAsync(reader, Gone);
        newest = await Notices.LatestAsync(reader, unreadOnly: false, Shown, Gone);
        StateHasChanged();
    }
}
