using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.History;

namespace MLOps.Portal.Features.Timeline;

/// <summary>What each endpoint served on a day, and the days around it.</summary>
public sealed partial class TimelinePage
{
    private static readonly IReadOnlyList<(string Value, string Title)> Ranges = [("7d", "A week up to it"), ("30d", "A month up to it"), ("365d", "A year up to it")];

    private readonly Loaded<ServingPeriods> load = new();
    private IReadOnlyList<ServingPeriod> live = [];
    private IReadOnlyList<(string Value, string Title)> endpoints = [];
    private DateTimeOffset? since;
    private (string?, string?, string?) shown = ("?", null, null);

    /// <summary>The day, such as <c>2026-03-04</c>; today where it is not given.</summary>
    [SupplyParameterFromQuery] private string? On { get; set; }

    [SupplyParameterFromQuery(Name = "endpoint")] private string? EndpointName { get; set; }

    [SupplyParameterFromQuery] private string? Range { get; set; }

    [Inject] private IServingHistory History { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private DateOnly Day => DateOnly.TryParseExact(On, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : DateOnly.FromDateTime(Now.UtcDateTime);

    private DateTimeOffset DayStart => new(Day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private DateTimeOffset From => DayStart.AddDays(1) - (Range switch { "7d" => TimeSpan.FromDays(7), "30d" => TimeSpan.FromDays(30), "365d" => TimeSpan.FromDays(365), _ => TimeSpan.FromDays(1) });

    private DateTimeOffset To => DayStart.AddDays(1);

    protected override async Task OnParametersSetAsync()
    {
        if (shown == (On, EndpointName, Range))
            return;
        shown = (On, EndpointName, Range);
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var (from, to, chosen) = (From, To, string.IsNullOrEmpty(EndpointName) ? null : EndpointName);
        await load.LoadAsync(token => History.PeriodsAsync(Places.Connection, from, to, chosen, token), Gone);
        since = await History.SinceAsync(Places.Connection, Gone);
        live = [.. (load.Value?.Items ?? []).Where(p => p.From < to && (p.To ?? DateTimeOffset.MaxValue) > DayStart)];
        endpoints = [.. (await History.EndpointsAsync(Places.Connection, Gone)).Append(chosen).OfType<string>().Distinct().Order(StringComparer.Ordinal).Select(e => (e, e))];
    }

    private void ChooseDay(ChangeEventArgs change)
    {
        if (DateOnly.TryParseExact(change.Value?.ToString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            Navigation.NavigateTo(AddressOf(day));
    }

    private string Step(int days) => AddressOf(Day.AddDays(days));

    private string AddressOf(DateOnly day) => Navigation.GetUriWithQueryParameter("on", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    public override void Dispose()
    {
        load.Dispose();
        base.Dispose();
    }
}
