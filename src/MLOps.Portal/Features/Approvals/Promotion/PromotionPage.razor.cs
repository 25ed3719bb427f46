using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Faults;
using MLOps.Portal.Hosting;
using MLOps.Portal.Shared.Clouds;

namespace MLOps.Portal.Features.Approvals.Promotion;

/// <summary>How production's traffic is shared, what the challenger is worth, and the forms that move it or take it back.</summary>
public sealed partial class PromotionPage
{
    private const int MostChanges = 20;

    /// <summary>Most evidence is there within this time; what takes longer is shown as it comes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private const string SecondsToNextLook = "2";

    private PromotionState? state;
    private CloudFault? fault;
    private TrafficChange? running;
    private IReadOnlyList<TrafficChange> changes = [];
    private IReadOnlyList<TrafficChange> votes = [];

    [Parameter] public string Endpoint { get; set; } = "";

    [CascadingParameter] private HttpContext Http { get; set; } = default!;

    [Inject] private Places Places { get; set; } = default!;

    [Inject] private PromotionReader Reader { get; set; } = default!;

    [Inject] private ChangeStore Store { get; set; } = default!;

    [Inject] private PromotionVotes Votes { get; set; } = default!;

    [Inject] private RefusedForms Unsent { get; set; } = default!;

    private List<TrafficOrigin> Origins =>
        [.. state!.History.Origins.Select(o => new TrafficOrigin(o.Variant, o.TrainingJob, o.ExecutionId, o.Variant == state.History.Challenger?.Variant,
            o.ExecutionId.Length > 0 && state.History.Approval.Length > 0 ? Places.SignOff(state.History.Pipeline, state.History.ApprovalStage, state.History.Approval, o.ExecutionId) : ""))];

    protected override async Task OnInitializedAsync()
    {
        try
        {
            state = await Reader.ShowAsync(Places.Connection, Endpoint, Http.User, Patience, Http.RequestAborted);
        }
        catch (CloudException refused)
        {
            fault = refused.Fault;
            if (fault.Kind == CloudFaultKind.NotFound)
                Http.Response.AnswerNotFound();
            return;
        }
        changes = await Store.LatestAsync(Places.Connection, Endpoint, MostChanges, Http.RequestAborted);
        running = changes.FirstOrDefault(c => c.ActiveKey is not null);
        votes = await Votes.AskedAsync(state, Http.RequestAborted);
        // The page looks again by itself, without a script, for as long as something is to come.
        if (running is not null || !state.IsSteady || state.Gathered is { IsComplete: false })
            Http.Response.Headers["Refresh"] = SecondsToNextLook;
    }
}
