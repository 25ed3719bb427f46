using System.Text;
using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Portal.Shared.Security;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Playground;

/// <summary>Sends a request to a model by hand, and shows what it said.</summary>
public sealed partial class PlaygroundPage
{
    private readonly Draft draft = new();
    private InventoryState<EndpointSummary> state = InventoryState<EndpointSummary>.Loading;
    private Exchange? shown;
    private string? refusal;
    private bool sending;

    [SupplyParameterFromQuery(Name = "endpoint")] private string? EndpointName { get; set; }

    [SupplyParameterFromQuery(Name = "variant")] private string? VariantName { get; set; }

    [Inject] private IInventory<EndpointSummary> Endpoints { get; set; } = default!;

    [Inject] private IEndpointInvoker Invoker { get; set; } = default!;

    [Inject] private CommandGate Gate { get; set; } = default!;

    [Inject] private PlaygroundSession Session { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private EndpointSummary? Chosen => state.Items.FirstOrDefault(e => e.Name == EndpointName);

    private int Size => Encoding.UTF8.GetByteCount(draft.Body);

    private IReadOnlyList<(string Title, string Value)> Presets => Samples.Presets(Chosen);

    protected override void OnInitialized()
    {
        Follow(Endpoints, next => state = next);
        if (Session.History.Count > 0)
            Recall(Session.History[0]);
    }

    private void ChooseEndpoint(ChangeEventArgs change) => Show(change.Value?.ToString(), null);

    private void ChooseVariant(ChangeEventArgs change) => Show(EndpointName, change.Value?.ToString());

    private void Show(string? endpoint, string? variant) => Navigation.NavigateTo(Places.Playground(endpoint, variant), replace: true);

    /// <summary>A body that was not touched follows the content type.</summary>
    private void SuggestBody()
    {
        if (Samples.Bodies.Any(sample => sample.Body == draft.Body) && Samples.Bodies.FirstOrDefault(sample => sample.Type == draft.ContentType) is { Body: { } body })
            draft.Body = body;
    }

    private void Fill(string type, string body) => (draft.ContentType, draft.Body) = (type, body);

    private void Recall(Exchange exchange)
    {
        shown = exchange;
        draft.Take(exchange.Request);
    }

    private async Task SendAsync()
    {
        refusal = null;
        if (Chosen is not { } endpoint || sending)
            return;
        var body = Encoding.UTF8.GetBytes(draft.Body);
        if (body.Length > IEndpointInvoker.MaxBodyBytes)
        {
            refusal = $"The body has {Words.Bytes(body.Length)}; an endpoint takes at most 6 MiB (6,291,456 bytes). Send fewer rows, or use a batch transform job.";
            return;
        }
        if (!draft.CustomAttributes.All(char.IsAscii))
        {
            refusal = "Custom attributes travel in a header: they may hold ASCII characters only.";
            return;
        }
        var request = new InvocationRequest(endpoint.Name, body)
        {
            ContentType = draft.ContentType.Trim(), Accept = draft.Accept.Trim(), CustomAttributes = draft.CustomAttributes.Trim(), TargetVariant = VariantName ?? "",
        };
        sending = true;
        try
        {
            var answer = await Gate.RunAsync(Policies.Invoke, $"invoke endpoint {endpoint.Name}", () => Invoker.InvokeAsync(Places.Connection, request, Gone));
            shown = Session.Add(new Exchange(request, answer, null, Now));
        }
        catch (CloudException refused)
        {
            shown = Session.Add(new Exchange(request, null, refused.Fault, Now));
        }
        catch (NotAllowedException refused)
        {
            refusal = refused.Message;
        }
        finally
        {
            sending = false;
        }
    }
}
