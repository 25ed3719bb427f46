using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Notifications.Pages;

public sealed partial class Bell : LiveComponent
{
    private const int Shown = 6;

    private string? who;
    private int unread;
    private IReadOnlyList<NoticeLine> newest = [];

    [Inject] private NotificationStore Store { get; set; } = default!;

    [Inject] private NotificationFeed Feed { get; set; } = default!;

    [CascadingParameter] private Task<AuthenticationState>? People { get; set; }

    private string Label => unread == 0 ? "Notifications" : $"Notifications, {(unread < NotificationStore.MostCounted ? Words.Count(unread, "unread", "unread") : "99 or more unread")}";

    protected override async Task OnInitializedAsync()
    {
        if (People is null || (await People).User is not { Identity.IsAuthenticated: true } user)
            return;
        who = user.Id();
        await LoadAsync();
        if (RendererInfo.IsInteractive)
            Pump(Feed.SignalsAsync(Gone), _ => Start(LoadAsync));
    }

    private async Task LoadAsync()
    {
        unread = await Store.UnreadAsync(who!, Gone);
        newest = await Store.LatestAsync(who!, unreadOnly: false, Shown, Gone);
        StateHasChanged();
    }
}
