using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;
using MudBlazor;
using MudBlazor.Services;

namespace MLOps.Portal.Shared;

/// <summary>What every page stands on.</summary>
internal static class SharedServices
{
    public static void AddShared(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            mud.SnackbarConfiguration.MaxDisplayedSnackbars = 3;
            mud.SnackbarConfiguration.VisibleStateDuration = 6000;
            mud.SnackbarConfiguration.ShowTransitionDuration = 120;
            mud.SnackbarConfiguration.HideTransitionDuration = 120;
        });
        builder.Services.AddScoped<Places>().AddScoped<Commander>();
    }
}
