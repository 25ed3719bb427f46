using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Models;
using MLOps.Cloud.Registry;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Components;
using MLOps.Portal.Shared.Security;
using MLOps.Portal.Shared.Text;
using MudBlazor;

namespace MLOps.Portal.Features.Endpoints.Deploying;

/// <summary>Puts another version, model or configuration on an endpoint, step by step and with a way back.</summary>
public sealed partial class DeployPage
{
    private static readonly IReadOnlyList<(string Kind, string Title)> Kinds = [("version", "An approved version"), ("model", "A model"), ("config", "A configuration")];

    private readonly Loaded<DeploymentChoices> choices = new();
    private readonly HashSet<string> alarms = new(StringComparer.Ordinal);
    private InventoryState<EndpointSummary> state = InventoryState<EndpointSummary>.Loading;
    private ValueList<ModelSummary> models = [];
    private ValueList<ModelPackage> packages = [];
    private string what = "version";
    private string chosen = "";
    private string variant = "";
    private bool keep = true;
    private TrafficShift shift = TrafficShift.Canary;
    private (int Percent, int Wait, int Linger) numbers = (10, 300, 60);
    private bool busy;
    private string shown = "";
    private Standing? standing;

    [Parameter] public string Name { get; set; } = "";

    /// <summary>The ARN of a version that is chosen already.</summary>
    [SupplyParameterFromQuery] private string? Package { get; set; }

    /// <summary>The name of a model that is chosen already.</summary>
    [SupplyParameterFromQuery] private string? Model { get; set; }

    [Inject] private IInventory<EndpointSummary> Endpoints { get; set; } = default!;

    [Inject] private IInventory<ModelSummary> Models { get; set; } = default!;

    [Inject] private IInventory<ModelPackage> Packages { get; set; } = default!;

    [Inject] private IDeploymentReader Reader { get; set; } = default!;

    [Inject] private IDeploymentCommands Commands { get; set; } = default!;

    [Inject] private Whereabouts Whereabouts { get; set; } = default!;

    [Inject] private Commander Commander { get; set; } = default!;

    [Inject] private IDialogService Dialogs { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private EndpointSummary? Endpoint => state.Items.FirstOrDefault(e => e.Name == Name);

    private DeploymentOrder Order => new(Name)
    {
        ConfigName = what == "config" ? chosen : "",
        Model = what == "model" ? chosen : "",
        Package = what == "version" ? chosen : "",
        Variant = what == "config" ? "" : variant,
        Shift = shift,
        Percent = numbers.Percent,
        WaitSeconds = numbers.Wait,
        TerminationWaitSeconds = shift == TrafficShift.Rolling ? 0 : numbers.Linger,
        Alarms = alarms.Order(StringComparer.Ordinal).ToValueList(),
        KeepInstances = keep,
    };

    protected override void OnInitialized()
    {
        Follow(Models, next => models = next.Items);
        Follow(Packages, next => packages = next.Items);
        Follow(Endpoints, next =>
        {
            state = next;
            if (variant.Length == 0 && Endpoint is { Variants.Count: > 0 } endpoint)
                variant = endpoint.Variants.MaxBy(v => v.CurrentWeight)!.Name;
        });
        (what, chosen) = (Package, Model) switch
        {
            ({ Length: > 0 } package, _) => ("version", package),
            (_, { Length: > 0 } model) => ("model", model),
            _ => ("version", ""),
        };
    }

    protected override async Task OnParametersSetAsync()
    {
        if (shown == Name)
            return;
        shown = Name;
        standing = null;
        choices.Reset();
        await Task.WhenAll(LoadAsync(), StandAsync());
    }

    private async Task StandAsync()
    {
        var name = Name;
        var found = await Whereabouts.OfAsync(name, Gone);
        // Another endpoint may have been opened meanwhile.
        if (name == Name)
            standing = found;
    }

    private Task LoadAsync() => choices.LoadAsync(token => Reader.ChoicesAsync(Places.Connection, Name, token), Gone);

    private async Task GuardMadeAsync(string alarm)
    {
        alarms.Add(alarm);
        await LoadAsync();
    }

    private void Choose(string kind) => (what, chosen) = (kind, "");

    private void OnShift((TrafficShift Shift, int Percent, int Wait, int Linger) value)
    {
        shift = value.Shift;
        numbers = (value.Percent, value.Wait, value.Linger);
    }

    /// <summary>What can be chosen, with what the address has chosen: it may be older than what the portal holds.</summary>
    private List<(string Value, string Title)> Options(DeploymentChoices read)
    {
        var options = Newest(read).ToList();
        if (chosen.Length > 0 && what != "version" && options.TrueForAll(o => o.Value != chosen))
            options.Add((chosen, chosen));
        return options;
    }

    private IEnumerable<(string Value, string Title)> Newest(DeploymentChoices read) => what switch
    {
        "version" => packages.Where(p => p.Approval == "Approved").Select(p => (p.Arn, $"{p.Group} v{p.Version}, registered {Ago(p.Created)}")),
        "model" => models.Select(m => (m.Name, $"{m.Name}, made {Ago(m.Created)}")),
        _ => read.Configs.Where(c => c.Name != Endpoint?.ConfigName).Select(c => (c.Name, $"{c.Name}, made {Ago(c.Created)}")),
    };

    private string Ago(DateTimeOffset at) => Words.Relative(at, Now);

    private async Task DeployAsync()
    {
        if (Endpoint is not { } endpoint)
            return;
        var order = Order with { NewConfig = what == "config" ? "" : ConfigNames.For(Name, Now) };
        var watched = order.Alarms.Count > 0 ? $"{Words.Count(order.Alarms.Count, "alarm")} can take it back by itself." : "No alarm watches it: nothing takes it back by itself.";
        if (!await ConfirmDialog.AskAsync(Dialogs, $"Deploy to {Name}?", $"{DeploymentPlan.Steps(order, endpoint)[0]} {watched}", "Deploy"))
            return;
        busy = true;
        // A pipeline may have been changed while the page was open.
        standing = await Whereabouts.OfAsync(Name, CancellationToken.None);
        var went = await Commander.RunAsync(standing.ByHand, EndpointReconciler.Deed($"deploy {chosen} to {Name} ({order.Shift}, {order.Percent} %)", endpoint, order.ConfigName.Length > 0 ? order.ConfigName : order.NewConfig),
            () => Commands.DeployAsync(Places.Connection, order), "The deployment has begun.");
        busy = false;
        if (went && IsHere)
            Navigation.NavigateTo(Places.Endpoint(Name));
    }

    public override void Dispose()
    {
        choices.Dispose();
        base.Dispose();
    }
}
