using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace MLOps.Portal.Shared.Layout;

/// <summary>A link of the navigation. It is lit on its own page, on those below it, and on pages elsewhere that belong to it.</summary>
public sealed class PlaceLink : NavLink
{
    /// <summary>The path of its page: <c>/training</c>.</summary>
    [Parameter, EditorRequired] public string Path { get; set; } = "";

    /// <summary>Paths that belong to it: <c>/tuning</c>.</summary>
    [Parameter] public IReadOnlyList<string> Also { get; set; } = [];

    protected override bool ShouldMatch(string uriAbsolute)
    {
        // The query names the cloud and the filters; it does not tell the place.
        var path = new Uri(uriAbsolute).AbsolutePath;
        return IsAt(path, Path) || Also.Any(other => IsAt(path, other));
    }

    private static bool IsAt(string path, string place) =>
        path.Equals(place, StringComparison.OrdinalIgnoreCase) || place != "/" && path.StartsWith(place + "/", StringComparison.OrdinalIgnoreCase);
}
