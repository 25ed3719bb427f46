using MLOps.Portal.Features.Endpoints.Capture;
using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Capture;
using MLOps.Cloud.Drift;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Models;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Clouds;

namespace MLOps.Portal.Features.Endpoints.Drift;

/// <summary>The drift of one variant's traffic.</summary>
public sealed partial class DriftTab
{
    private const int MostRequests = 2000;

    private readonly Loaded<DriftReport> load = new();
    private ValueList<ModelSummary> models = [];
    private string place = "";
    private (string, string?, string, string)? measured;

    [Parameter, EditorRequired] public EndpointSummary Endpoint { get; set; } = default!;

    /// <summary>Where captured requests are; empty while capture is off.</summary>
    [Parameter, EditorRequired] public string Uri { get; set; } = "";

    [Parameter] public string? Variant { get; set; }

    [Parameter] public string? Days { get; set; }

    [Inject] private ICaptureReader Captures { get; set; } = default!;

    [Inject] private IDriftReader Reader { get; set; } = default!;

    [Inject] private IInventory<ModelSummary> Models { get; set; } = default!;

    private VariantState? Chosen => Endpoint.Variants.FirstOrDefault(v => v.Name == Variant) ?? Endpoint.Variants.MaxBy(v => v.CurrentWeight);

    private string Job => models.FirstOrDefault(m => m.Name == Chosen?.Model)?.TrainingJob ?? "";

    protected override void OnInitialized() => Follow(Models, next =>
    {
        models = next.Items;
        if (measured?.Item4 != Job)
            Start(MeasureAsync);
    });

    protected override Task OnParametersSetAsync() => MeasureAsync();

    private async Task MeasureAsync()
    {
        if (Uri.Length > 0)
            place = Uri;
        if (place.Length == 0 || Job.Length == 0 || Chosen is not { } variant || measured == (place, Days, variant.Name, Job))
            return;
        measured = (place, Days, variant.Name, Job);
        load.Reset();
        await LoadAsync();
        StateHasChanged();
    }

    private Task LoadAsync()
    {
        var (connection, job, variant) = (Places.Connection, Job, Chosen!.Name);
        return load.LoadAsync(async token =>
        {
            var traffic = await Captures.ReadAsync(connection, place, Endpoint.Name, Now - CaptureDays.Of(Days), MostRequests, token);
            return await Reader.ReadAsync(connection, job, [.. traffic.Requests.Where(r => r.Variant == variant)], token);
        }, Gone);
    }

    private static DriftLevel Worst(DriftReport report) =>
        report.Features.Select(f => f.Level).Append(report.Prediction?.Level ?? DriftLevel.Unknown).DefaultIfEmpty(DriftLevel.Unknown).Max();

    private static string Verdict(DriftReport report)
    {
        if (report.Rows < IDriftReader.FewestRows)
            return $"There are {report.Rows} rows of traffic; with {IDriftReader.FewestRows} and more drift can be told.";
        var drifted = report.Features.Where(f => f.Level == DriftLevel.Drifted).Select(f => f.Name).ToList();
        var shifted = report.Features.Where(f => f.Level == DriftLevel.Shifted).Select(f => f.Name).ToList();
        var inputs = drifted.Count > 0 ? $"What is asked has drifted from the training data in {string.Join(", ", drifted)}: the quality that was measured then may not hold."
            : shifted.Count > 0 ? $"What is asked has moved in {string.Join(", ", shifted)}: worth a look."
            : "What is asked looks like the training data.";
        return report.Prediction?.Level switch
        {
            DriftLevel.Drifted => inputs + " The answers are spread far from the training data's.",
            DriftLevel.Shifted => inputs + " The answers are spread somewhat differently.",
            _ => inputs,
        };
    }

    public override void Dispose()
    {
        load.Dispose();
        base.Dispose();
    }
}
