using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Load;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Components;
using MLOps.Portal.Shared.Security;
using MLOps.Portal.Shared.Text;
using MudBlazor;

namespace MLOps.Portal.Features.Load;

/// <summary>Starts a run.</summary>
public sealed partial class RunForm
{
    private static readonly IReadOnlyList<(int Concurrency, int Requests)> Presets = [(10, 1_000), (100, 10_000), (150, 100_000)];

    private string endpoint = "";
    private string variant = "";
    private int concurrency = 10;
    private int requests = 1_000;
    private string contentType = "text/csv";
    private string attributes = "";
    private string body = "";
    private string suggested = "";
    private string suggestedFor = "";
    private string? refusal;
    private bool starting;
    private Surroundings stands;
    private ClaimsPrincipal person = new();

    [Parameter, EditorRequired] public IReadOnlyList<EndpointSummary> Endpoints { get; set; } = [];

    /// <summary>What the address names to begin with.</summary>
    [Parameter] public string? Endpoint { get; set; }

    [Parameter] public string? Variant { get; set; }

    [Parameter] public int? Concurrency { get; set; }

    [Parameter] public int? Requests { get; set; }

    [Parameter] public EventCallback<LoadRun> Started { get; set; }

    [Inject] private IInputSignatures Signatures { get; set; } = default!;

    [Inject] private LoadRuns Runs { get; set; } = default!;

    [Inject] private Whereabouts Whereabouts { get; set; } = default!;

    [Inject] private CommandGate Gate { get; set; } = default!;

    [Inject] private IOptions<LoadOptions> Options { get; set; } = default!;

    [Inject] private AuthenticationStateProvider People { get; set; } = default!;

    [Inject] private IDialogService Dialogs { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private EndpointSummary? Chosen => Endpoints.FirstOrDefault(e => e.Name == endpoint);

    private LoadLimit? Limit => Options.Value.For(Roles.All.Where(person.IsInRole), stands);

    protected override async Task OnInitializedAsync()
    {
        (endpoint, variant) = (Endpoint ?? "", Variant ?? "");
        (concurrency, requests) = (Concurrency ?? concurrency, Requests ?? requests);
        stands = Whereabouts.AtAGlance(endpoint);
        person = (await People.GetAuthenticationStateAsync()).User;
        await SuggestAsync();
        await StandAsync();
    }

    /// <summary>Begins with a row of the data that the model was trained on, where that can be told; what a person has written stays.</summary>
    private async Task SuggestAsync()
    {
        var model = (Chosen?.Variants.FirstOrDefault(v => v.Name == variant) ?? Chosen?.Variants.MaxBy(v => v.CurrentWeight))?.Model ?? "";
        if (model.Length == 0 || model == suggestedFor || body != suggested)
            return;
        suggestedFor = model;
        try
        {
            if (await Signatures.ReadAsync(Places.Connection, model, Gone) is { } signature && body == suggested)
                body = suggested = string.Join(',', signature.FirstRow.Select(CsvCell.Of));
        }
        catch (CloudException)
        {
            // The row is a help, no more: the body can be written.
        }
    }

    private async Task MovedAsync()
    {
        variant = "";
        await SuggestAsync();
        Navigation.NavigateTo(Places.At("/load", ("endpoint", endpoint)), replace: true);
        await StandAsync();
    }

    private async Task StandAsync() => stands = endpoint.Length == 0 ? Surroundings.None : (await Whereabouts.OfAsync(endpoint, Gone)).Where;

    private async Task StartAsync()
    {
        refusal = null;
        // A pipeline may have been changed while the form was open.
        await StandAsync();
        if (stands == Surroundings.Production && !await ConfirmDialog.AskAsync(
                Dialogs, "Put load on production", $"{requests:#,0} requests go to {endpoint}, {concurrency} at a time, beside those of its users. Cancelling the run ends them at once.", "Put load on production", destructive: true))
            return;
        starting = true;
        try
        {
            var request = new LoadRequest(endpoint, concurrency, requests, Bodies()) { Variant = variant, ContentType = contentType.Trim(), CustomAttributes = attributes.Trim() };
            var run = await Gate.RunAsync(Policies.Invoke, $"put load on endpoint {endpoint} ({concurrency} × {requests})", () => Runs.StartAsync(Places.Connection, request, Limit, person.DisplayName()));
            if (IsHere)
                await Started.InvokeAsync(run);
        }
        catch (Exception e) when (e is LoadRefusedException or NotAllowedException)
        {
            refusal = e.Message;
        }
        finally
        {
            starting = false;
        }
    }

    private List<byte[]> Bodies()
    {
        var parts = new List<StringBuilder> { new() };
        foreach (var line in body.Split('\n'))
        {
            if (line.StartsWith("---", StringComparison.Ordinal))
                parts.Add(new());
            else
                parts[^1].Append(line).Append('\n');
        }
        return [.. parts.Select(p => p.ToString().TrimEnd('\n')).Where(p => p.Length > 0).Select(Encoding.UTF8.GetBytes)];
    }
}
