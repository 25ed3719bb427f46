using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Training;
using MLOps.Portal.Shared.Clouds;

namespace MLOps.Portal.Features.Training.Comparing;

/// <summary>Up to 20 jobs side by side: how they differ, how their curves run, what goes together with what.</summary>
public sealed partial class ComparePage
{
    /// <summary>How many jobs are compared at most.</summary>
    public const int Most = 20;

    private const int AtOnce = 4;

    private readonly Loaded<Comparison> load = new();
    private string shownFor = "";

    [Inject] private ITrainingReader Reader { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "jobs")] private string? JobNames { get; set; }

    [SupplyParameterFromQuery(Name = "all")] private string? All { get; set; }

    private IReadOnlyList<string> Names => NamesIn(JobNames);

    /// <summary>The names in an address, each once and not too many.</summary>
    internal static IReadOnlyList<string> NamesIn(string? text) =>
        [.. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).Take(Most)];

    protected override async Task OnParametersSetAsync()
    {
        var key = string.Join(',', Names);
        if (shownFor == key)
            return;
        shownFor = key;
        load.Reset();
        if (Names.Count > 1)
            await LoadAsync();
    }

    private Task LoadAsync() => load.LoadAsync(async token =>
    {
        var found = new (TrainingJobDetail? Job, IReadOnlyList<MetricSeries> Series, CloudFault? Fault)[Names.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = token };
        await Parallel.ForEachAsync(Names.Select((name, i) => (name, i)), options, async (p, cancelled) => found[p.i] = await ReadAsync(p.name, cancelled));
        return Comparison.Of(Names, found);
    }, Gone);

    /// <summary>One job; that it is not there does not keep the others from being shown.</summary>
    private async Task<(TrainingJobDetail?, IReadOnlyList<MetricSeries>, CloudFault?)> ReadAsync(string name, CancellationToken cancelled)
    {
        try
        {
            return (await Reader.DetailAsync(Places.Connection, name, cancelled), await Reader.MetricsAsync(Places.Connection, name, cancelled), null);
        }
        catch (CloudException e)
        {
            return (null, [], e.Fault);
        }
    }

    private void ShowAll(bool all) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("all", all ? "1" : null), replace: true);

    public override void Dispose()
    {
        load.Dispose();
        base.Dispose();
    }
}
