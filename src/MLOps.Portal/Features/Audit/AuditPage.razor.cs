using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Faults;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Audit;

/// <summary>The ledger: search and filter, all of it in the address; whether the chain is whole; exports.</summary>
public sealed partial class AuditPage
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);
    private readonly Loaded<AuditRows> load = new();
    private AuditChoices choices = new([], []);
    private IReadOnlyList<AuditRow> shown = [];
    private ChainState? chain;
    private bool verifying;

    [SupplyParameterFromQuery] private string? Q { get; set; }

    [SupplyParameterFromQuery] private string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "person")] private string? PersonName { get; set; }

    [SupplyParameterFromQuery] private string? Result { get; set; }

    [SupplyParameterFromQuery] private string? From { get; set; }

    [SupplyParameterFromQuery] private string? To { get; set; }

    [SupplyParameterFromQuery] private string? Sort { get; set; }

    [Inject] private AuditReader Reader { get; set; } = default!;

    [Inject] private ChainVerifier Chain { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private AuditQuery Query => new(Q ?? "", Kind ?? "", PersonName ?? "", Result ?? "", Day(From), Day(To));

    private string CountWords => load.Value is not { } value ? "" : value.Total > shown.Count
        ? $"the newest {shown.Count} of {value.Total.ToString("#,0", CultureInfo.InvariantCulture)}" : Words.Count(value.Total, "entry", "entries");

    public override void Dispose()
    {
        load.Dispose();
        base.Dispose();
    }

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
            Start(FollowAsync);
    }

    protected override Task OnParametersSetAsync() => ReadAsync();

    private async Task ReadAsync()
    {
        var query = Query;
        if (!await load.LoadAsync(token => ReadAsync(query, token), Gone))
            return;
        shown = AuditTable.Shape.Order(load.Value?.Rows ?? [], Sort);
    }

    /// <summary>Reads rows, choices and how far the chain is whole; a database that is away is told as a cloud is.</summary>
    private async Task<AuditRows> ReadAsync(AuditQuery query, CancellationToken cancelled)
    {
        try
        {
            choices = await Reader.ChoicesAsync(cancelled);
            chain = await Chain.VerifyAsync(whole: false, cancelled);
            return await Reader.ListAsync(query, cancelled);
        }
        catch (Exception fault) when (LedgerStore.IsOfDatabase(fault))
        {
            throw new CloudException(new CloudFault(CloudFaultKind.Unreachable, "The ledger cannot be read, and nobody can approve or command until it can: its database does not answer."), fault);
        }
    }

    // Colleagues decide meanwhile.
    private async Task FollowAsync()
    {
        using var timer = new PeriodicTimer(Pace, Time);
        while (await timer.WaitForNextTickAsync(Gone))
        {
            await ReadAsync();
            StateHasChanged();
        }
    }

    private async Task VerifyAsync()
    {
        verifying = true;
        try
        {
            chain = await Chain.VerifyAsync(whole: true, Gone);
        }
        finally
        {
            verifying = false;
        }
    }

    private void ChooseDay(string name, ChangeEventArgs change) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, Day(change.Value?.ToString())?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), replace: true);

    private static DateOnly? Day(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static IReadOnlyList<(string Value, string Title)> Titled(IReadOnlyList<string> values) => [.. values.Select(v => (v, v))];
}
