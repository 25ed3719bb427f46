using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;
using MLOps.Portal.Shared.Tags;
using MudBlazor;
using MudBlazor.Services;

namespace MLOps.Portal.Shared;

/// <summary>What every page stands on.</summary>
internal static class SharedServices
{
    /// <summary>The largest message of a circuit: a request body of 6 MiB, as the playground takes it, with its encoding.</summary>
    public const int MaxMessageBytes = 20 << 20;

    public static void AddShared(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents().AddInteractiveServerComponents()
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = MaxMessageBytes);
        builder.Services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            mud.SnackbarConfiguration.MaxDisplayedSnackbars = 3;
            mud.SnackbarConfiguration.VisibleStateDuration = 6000;
            mud.SnackbarConfiguration.ShowTransitionDuration = 120;
            mud.SnackbarConfiguration.HideTransitionDuration = 120;
        });
        builder.Services.AddScoped<Places>().AddScoped<Whereabouts>().AddScoped<Commander>();
        builder.Services.AddSingleton<IReconciler, TagReconciler>();
    }
}
