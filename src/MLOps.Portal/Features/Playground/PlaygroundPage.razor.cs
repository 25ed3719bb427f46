using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Portal.Features.Playground.Answers;
using MLOps.Portal.Features.Playground.Cases;
using MLOps.Portal.Features.Playground.Formats;
using MLOps.Portal.Features.Playground.History;
using MLOps.Portal.Features.Playground.Requests;
using MLOps.Portal.Shared.Security;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Playground;

/// <summary>Sends a request to a model by hand, or to two side by side, and shows what they said.</summary>
public sealed partial class PlaygroundPage
{
    private readonly Draft draft = new();
    private readonly OwnAddresses own = new();
    private InventoryState<EndpointSummary> state = InventoryState<EndpointSummary>.Loading;
    private Attempt? first;
    private Attempt? second;
    private CancellationTokenSource? sending;
    private string? refusal;
    private ModelSession? session;
    private string person = "";
    private List<Attempt> history = [];

    [Inject] private IInventory<EndpointSummary> Endpoints { get; set; } = default!;

    [Inject] private Sender Sender { get; set; } = default!;

    [Inject] private HistoryStore History { get; set; } = default!;

    [Inject] private AuthenticationStateProvider People { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private EndpointSummary? Chosen => state.Items.FirstOrDefault(e => e.Name == draft.First.Endpoint);

    private bool IsComparing => draft.Second.Endpoint.Length > 0;

    private bool IsSending => sending is not null;

    /// <summary>The model that the form is made for: that of the chosen variant, or of the first.</summary>
    private string Model =>
        Chosen is not { Variants: { Count: > 0 } variants } ? "" : (variants.FirstOrDefault(v => v.Name == draft.First.Variant) ?? variants[0]).Model;

    protected override async Task OnInitializedAsync()
    {
        Follow(Endpoints, next => state = next);
        Navigation.LocationChanged += Moved;
        Read();
        if (!RendererInfo.IsInteractive)
            return;
        person = (await People.GetAuthenticationStateAsync()).User.Id();
        history = [.. await History.ListAsync(person, Places.Connection, Gone)];
        // An address without a view shows what was tried last.
        if (history.Count > 0 && first is null && draft.First.Endpoint.Length == 0)
            Show(history[0]);
    }

    public override void Dispose()
    {
        Navigation.LocationChanged -= Moved;
        sending?.Cancel();
        base.Dispose();
    }

    private void Moved(object? sender, LocationChangedEventArgs change) => Start(() =>
    {
        if (!own.Arrive(change.Location) && Navigation.ToBaseRelativePath(change.Location).StartsWith("playground", StringComparison.Ordinal))
            Read();
        StateHasChanged();
        return Task.CompletedTask;
    });

    private void Read() => DraftAddress.Read(new Uri(Navigation.Uri), draft);

    /// <summary>The address follows the draft, so that the view can be sent to a colleague.</summary>
    private void WriteAddress()
    {
        var address = Navigation.ToAbsoluteUri(DraftAddress.Of(Places, draft, null)).AbsoluteUri;
        if (address == (own.Latest ?? Navigation.Uri))
            return;
        own.Write(address);
        Navigation.NavigateTo(address, replace: true);
    }

    private void Recall(Attempt attempt)
    {
        Show(attempt);
        draft.Second = default;
        WriteAddress();
    }

    private void Show(Attempt attempt)
    {
        (first, second) = (attempt, null);
        draft.Take(attempt.Request);
    }

    private void TakeCase(SavedCase one)
    {
        (draft.ContentType, draft.Accept, draft.CustomAttributes) = (one.ContentType, one.Accept, one.CustomAttributes);
        (draft.Body, draft.File) = Pretty.TextOf(one.Body) is { } text ? (text, null) : ("", new BodyFile(one.Name, one.Body));
        WriteAddress();
    }

    private async Task ClearAsync()
    {
        await History.ClearAsync(person, Places.Connection);
        history = [];
    }

    private Task TakeHelpAsync((string Type, bool IsAccept) help)
    {
        try
        {
            if (help.IsAccept)
                draft.Accept = help.Type;
            else
            {
                if (draft.File is null && BodyFormats.Converts(draft.ContentType, help.Type))
                    draft.Body = BodyFormats.Convert(draft.Body, draft.ContentType, help.Type);
                draft.ContentType = help.Type;
            }
        }
        catch (FormatException wrong)
        {
            refusal = wrong.Message;
            return Task.CompletedTask;
        }
        WriteAddress();
        return SendAsync();
    }

    private void Cancel() => sending?.Cancel();

    private async Task SendAsync()
    {
        refusal = null;
        if (Chosen is null || IsSending)
            return;
        if (draft.Size > (draft.Mode == SendMode.Async ? IAsyncInvoker.MaxBodyBytes : IEndpointInvoker.MaxBodyBytes))
        {
            refusal = $"The body has {Words.Bytes(draft.Size)}; an endpoint takes at most 6 MiB (6,291,456 bytes). Send fewer rows, or use a batch transform job.";
            return;
        }
        await SendAsync(new Attempt(draft.For(draft.First), draft.Mode, Now), IsComparing ? new Attempt(draft.For(draft.Second, alone: true), draft.Mode, Now) : null);
        if (first is { Answer: { } answer, Mode: not SendMode.Async } sent)
            Go(ModelSession.After(session, sent.Request, answer));
    }

    private async Task OpenSessionAsync()
    {
        refusal = null;
        if (Chosen is null || IsSending)
            return;
        await SendAsync(new Attempt(ModelSession.Opening(draft.First), SendMode.Once, Now), null);
        if (first?.Answer is not { } answer)
            return;
        if (answer is { IsSuccess: true, NewSessionId.Length: 0 })
            refusal = "The model answered and opened no session. If it has words of its own for that, write NEW_SESSION as the session id, and in the body what it asks for.";
        Go(ModelSession.After(null, first.Request, answer));
    }

    private async Task CloseSessionAsync()
    {
        refusal = null;
        if (Chosen is null || IsSending)
            return;
        var held = session?.Id == draft.SessionId ? session : new ModelSession(draft.SessionId, null, 0);
        await SendAsync(new Attempt(held.Closing(draft.First), SendMode.Once, Now), null);
        if (first?.Answer is not { } answer)
            return;
        if (answer is { IsSuccess: true, ClosedSessionId.Length: 0 })
            refusal = "The model answered and closed nothing. If it has words of its own for that, send them; or leave the session, which ends by itself.";
        else
            Go(ModelSession.After(held, first.Request, answer));
    }

    private void LeaveSession() => Go(null);

    /// <summary>What is sent from now on belongs to this session, or to none.</summary>
    private void Go(ModelSession? next)
    {
        (session, draft.SessionId) = (next, next?.Id ?? "");
        WriteAddress();
    }

    private async Task SendAsync(Attempt one, Attempt? two)
    {
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(Gone);
        sending = mine;
        (first, second) = (one, two);
        try
        {
            await Task.WhenAll(((Attempt?[])[second, first]).OfType<Attempt>().Select(attempt => SendAsync(attempt, mine.Token)));
        }
        catch (OperationCanceledException) when (mine.IsCancellationRequested)
        {
            (first, second) = (first.IsRunning ? null : first, null);
            refusal = Gone.IsCancellationRequested ? null : "Cancelled. The model may still have answered.";
        }
        catch (NotAllowedException refused)
        {
            (first, second, refusal) = (null, null, refused.Message);
        }
        finally
        {
            sending = null;
        }
    }

    private async Task SendAsync(Attempt attempt, CancellationToken cancelled)
    {
        await Sender.SendAsync(Places.Connection, attempt, () => InvokeAsync(StateHasChanged), cancelled);
        history = [attempt, .. history.Take(HistoryStore.Most - 1)];
        await History.AddAsync(person, Places.Connection, attempt, CancellationToken.None);
    }
}
