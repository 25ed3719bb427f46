using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MLOps.Cloud.Connections;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Search;

/// <summary>What the index holds is shown at once; what only the clouds know still follows a moment later.</summary>
public sealed partial class SearchPage
{
    private const int Most = 500;

    // Who goes on typing changes the address: only what stands for a moment is asked of the clouds.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(300);
    private static readonly IReadOnlyList<(string, string)> Kinds = [.. Enum.GetValues<FoundKind>().Select(k => (k.ToString(), SearchWords.Of(k)))];

    private readonly Loaded<CloudAnswer> clouds = new();
    private SearchRights? rights;
    private (string? Query, string? In) asked;
    private bool asks;
    private int older;

    [SupplyParameterFromQuery] private string? Q { get; set; }

    [SupplyParameterFromQuery] private string? Kind { get; set; }

    /// <summary>The connection that is looked in; all where empty.</summary>
    [SupplyParameterFromQuery] private string? In { get; set; }

    [SupplyParameterFromQuery(Name = "status")] private string? StatusName { get; set; }

    [SupplyParameterFromQuery] private string? Sort { get; set; }

    [Inject] private SearchIndex Index { get; set; } = default!;

    [Inject] private CloudSearch Search { get; set; } = default!;

    [Inject] private ICloudConnections Connections { get; set; } = default!;

    [Inject] private IAuthorizationService Authorization { get; set; } = default!;

    [Inject] private AuthenticationStateProvider People { get; set; } = default!;

    private IReadOnlyList<(string, string)> Clouds => [.. Connections.All.Select(c => (c.Name, $"{c.Name} · {c.Account} · {c.Region}"))];

    private List<SearchEntry> Shown { get; set; } = [];

    private bool IsAsking => asks && clouds.IsLoading;

    private CloudAnswer Answer => clouds.Value ?? CloudAnswer.Nothing;

    private string OlderWords => IsAsking ? "Asking the clouds for older things…" : older > 0 ? $"{Words.Count(older, "older thing")} among them, which only the clouds know." : "";

    protected override async Task OnParametersSetAsync()
    {
        rights ??= await SearchRights.OfAsync((await People.GetAuthenticationStateAsync()).User, Authorization);
        if (asked != (Q, In))
        {
            asked = (Q, In);
            asks = RendererInfo.IsInteractive && CloudSearch.CanAsk(Q);
            clouds.Reset();
            var (query, only) = (Q, In);
            if (asks)
                Start(() => AskAsync(query!, only));
        }
        Arrange();
    }

    public override void Dispose()
    {
        clouds.Dispose();
        base.Dispose();
    }

    private async Task AskAsync(string query, string? only)
    {
        var isMine = await clouds.LoadAsync(async cancelled =>
        {
            await Task.Delay(Rest, Time, cancelled);
            return await Search.AskAsync(query, only, cancelled);
        }, Gone);
        if (!isMine || asked != (query, only))
            return;
        Arrange();
        StateHasChanged();
    }

    private void Arrange()
    {
        IReadOnlyList<SearchEntry> held = string.IsNullOrWhiteSpace(Q) ? Index.Newest(Most, Fits) : [.. Index.Find(Q, Most, Fits).Select(f => f.Entry)];
        var known = held.Select(e => (e.Connection, e.Kind, e.Key)).ToHashSet();
        List<SearchEntry> more = [.. Answer.Entries.Where(e => Fits(e) && !known.Contains((e.Connection, e.Kind, e.Key))).Take(Most - held.Count)];
        older = more.Count;
        Shown = SearchTable.Shape.Order(held.Concat(more), Sort);
    }

    private bool Fits(SearchEntry entry) =>
        rights!.Allows(entry)
        && (string.IsNullOrEmpty(Kind) || entry.Kind.ToString() == Kind)
        && (string.IsNullOrEmpty(In) || entry.Connection == In)
        && (string.IsNullOrEmpty(StatusName) || entry.Status.Length > 0 && StatusChoices.Fits(StatusName, entry.Status));
}
