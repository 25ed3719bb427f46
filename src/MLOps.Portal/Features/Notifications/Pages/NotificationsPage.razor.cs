using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Inventory;
using MLOps.Portal.Features.Notifications.Outbox;
using MLOps.Portal.Features.Notifications.Reading;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Notifications.Pages;

public sealed partial class NotificationsPage : LiveComponent
{
    private const int Step = 50;

    private IReadOnlyList<(string Key, string Title, int? Count)> tabs = [("inbox", "Inbox", null), ("choices", "What you are told", null)];
    private ClaimsPrincipal who = new();
    private bool isAdmin;
    private int most = Step;
    private int unread;
    private IReadOnlyList<NoticeLine>? lines;

    [Inject] private NoticeList Notices { get; set; } = default!;

    [Inject] private NoticeReaders Readers { get; set; } = default!;

    [Inject] private OutboxStore Outbox { get; set; } = default!;

    [Inject] private NotificationFeed Feed { get; set; } = default!;

    [Inject] private IInventory<PendingApproval> Approvals { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private IAuthorizationService Authorization { get; set; } = default!;

    [CascadingParameter] private Task<AuthenticationState> People { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "show")] private string? Show { get; set; }

    [SupplyParameterFromQuery(Name = "tab")] private string? Tab { get; set; }

    private bool UnreadOnly => Show == "unread";

    private static string Verb(NoticeLine line) => line.IsRead ? "Mark as unread" : "Mark as read";

    protected override async Task OnInitializedAsync()
    {
        who = (await People).User;
        isAdmin = (await Authorization.AuthorizeAsync(who, Policies.Administer)).Succeeded;
        if (!RendererInfo.IsInteractive)
            return;
        Pump(Feed.SignalsAsync(Gone), _ => Start(LoadAsync));
        Pump(Approvals.Subscribe(Places.Connection).Changes, _ => Start(LoadAsync));
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var reader = await Readers.OfAsync(who, Gone);
        lines = await Notices.LatestAsync(reader, UnreadOnly, most, Gone);
        unread = await Notices.UnreadAsync(reader, Gone);
        if (isAdmin)
            tabs = [tabs[0], tabs[1], ("delivery", "Delivery", await Outbox.DeadAsync(Gone))];
        StateHasChanged();
    }

    private Task MarkAsync(NoticeLine line) => Notices.MarkAsync(who.Id(), line.Id, !line.IsRead, CancellationToken.None);

    private async Task MarkAllAsync() => await Notices.MarkAllReadAsync(await Readers.OfAsync(who, CancellationToken.None), CancellationToken.None);

    private Task MoreAsync()
    {
        most += Step;
        return LoadAsync();
    }
}
