using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Models;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Training;
using MLOps.Cloud.Transforms;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Transforms;

/// <summary>Launches a batch transform: a new one, or one that is there once more.</summary>
public sealed partial class NewTransformPage
{
    private readonly Loaded<TransformForm> load = new();
    private IReadOnlyList<string> models = [];
    private IReadOnlyList<DraftFault> faults = [];
    private bool busy;

    [Inject] private ITransformReader Reader { get; set; } = default!;

    [Inject] private ITransformCommands Commands { get; set; } = default!;

    [Inject] private IInventory<ModelSummary> Models { get; set; } = default!;

    [Inject] private Commander Commander { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "model")] private string? Model { get; set; }

    [SupplyParameterFromQuery(Name = "from")] private string? From { get; set; }

    protected override void OnInitialized() => Follow(Models, next => models = [.. next.Items.Select(m => m.Name)]);

    protected override Task OnParametersSetAsync() => load.Value is null ? LoadAsync() : Task.CompletedTask;

    private Task LoadAsync() => load.LoadAsync(async token =>
    {
        var name = $"transform-{Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
        if (From is not null)
            return TransformForm.Of((await Reader.DetailAsync(Places.Connection, From, token)).Request, name);
        var chosen = Models.Current(Places.Connection).Items.FirstOrDefault(m => m.Name == Model) ?? (Models.Current(Places.Connection).Items is [var first, ..] ? first : null);
        // Beside the models of a project is where its predictions are looked for.
        var output = ObjectRef.Parse(chosen?.ModelDataUrl ?? "") is { } place ? $"s3://{place.Bucket}/predictions/{name}" : "";
        return new TransformForm { Name = name, Model = chosen?.Name ?? "", Output = output };
    }, Gone);

    private async Task LaunchAsync()
    {
        var draft = load.Value!.ToDraft();
        faults = TransformChecks.Of(draft);
        if (faults.Count > 0 || busy)
            return;
        busy = true;
        if (await Commander.RunAsync(Policies.Operate, TransformReconciler.Deed("launch", draft.Name), () => Commands.CreateAsync(Places.Connection, draft), $"{draft.Name} is launched.") && IsHere)
            Navigation.NavigateTo(Places.TransformJob(draft.Name));
        busy = false;
    }

    public override void Dispose()
    {
        load.Dispose();
        base.Dispose();
    }
}
