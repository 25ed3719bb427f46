using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MLOps.Portal.Features.Notifications.Outbox;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Notifications.Pages;

public sealed partial class NotificationsPage : LiveComponent
{
    private const int Step = 50;

    private IReadOnlyList<(string Key, string Title, int? Count)> tabs = [("inbox", "Inbox", null), ("delivery", "Delivery", null)];
    private string who = "";
    private bool isAdmin;
    private int most = Step;
    private int unread;
    private IReadOnlyList<NoticeLine>? lines;

    [Inject] private NotificationStore Store { get; set; } = default!;

    [Inject] private OutboxStore Outbox { get; set; } = default!;

    [Inject] private NotificationFeed Feed { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private IAuthorizationService Authorization { get; set; } = default!;

    [CascadingParameter] private Task<AuthenticationState> People { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "show")] private string? Show { get; set; }

    [SupplyParameterFromQuery(Name = "tab")] private string? Tab { get; set; }

    private bool UnreadOnly => Show == "unread";

    private static string Verb(NoticeLine line) => line.IsRead ? "Mark as unread" : "Mark as read";

    protected override async Task OnInitializedAsync()
    {
        var user = (await People).User;
        (who, isAdmin) = (user.Id(), (await Authorization.AuthorizeAsync(user, Policies.Administer)).Succeeded);
        if (RendererInfo.IsInteractive)
            Pump(Feed.SignalsAsync(Gone), _ => Start(LoadAsync));
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        lines = await Store.LatestAsync(who, UnreadOnly, most, Gone);
        unread = await Store.UnreadAsync(who, Gone);
        if (isAdmin)
            tabs = [tabs[0], ("delivery", "Delivery", await Outbox.DeadAsync(Gone))];
        StateHasChanged();
    }

    private Task MarkAsync(NoticeLine line) => Store.MarkAsync(who, line.Id, !line.IsRead, Gone);

    private Task MarkAllAsync() => Store.MarkAllReadAsync(who, Gone);

    private Task MoreAsync()
    {
        most += Step;
        return LoadAsync();
    }
}
