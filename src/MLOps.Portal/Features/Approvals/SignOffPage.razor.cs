using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Faults;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Approvals.Gates;
using MLOps.Portal.Features.Approvals.Gathering;
using MLOps.Portal.Hosting;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Approvals;

/// <summary>Is it safe: the evidence for one approval, and the form that answers it. Plain HTML, without a circuit.</summary>
public sealed partial class SignOffPage
{
    /// <summary>Most evidence is there within this time; what takes longer is shown as it comes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private const string SecondsToNextLook = "2";

    private GatheredEvidence? gathered;
    private GateStanding? gate;
    private string votes = "";
    private PendingApproval? pending;
    private ApprovalOutcome? outcome;
    private Decision? decision;
    private MeasuredParts? decidedBy;
    private CloudFault? fault;

    [Parameter] public string Pipeline { get; set; } = "";

    [Parameter] public string Stage { get; set; } = "";

    [Parameter] public string Action { get; set; } = "";

    [Parameter] public string ExecutionId { get; set; } = "";

    [CascadingParameter] private HttpContext Http { get; set; } = default!;

    [Inject] private Places Places { get; set; } = default!;

    [Inject] private IApprovalCommands Approvals { get; set; } = default!;

    [Inject] private CandidateEvidence Evidence { get; set; } = default!;

    [Inject] private GateCheck Gates { get; set; } = default!;

    [Inject] private Voters Voters { get; set; } = default!;

    [Inject] private ApprovalLedger Ledger { get; set; } = default!;

    [Inject] private DecisionStore Decisions { get; set; } = default!;

    [Inject] private MeasuredStore Measured { get; set; } = default!;

    [Inject] private RefusedForms Unsent { get; set; } = default!;

    private SignOffPlace Place => new(Places.Connection, Pipeline, Stage, Action, ExecutionId);

    private string Here => Places.SignOff(Pipeline, Stage, Action, ExecutionId);

    private string Answer => Places.SignOffAnswer(Pipeline, Stage, Action, ExecutionId);

    private string StatusWord => pending is not null ? Cloud.Values.Status.AwaitsApproval : outcome switch
    {
        ApprovalOutcome.AlreadyAnswered answered => answered.Approved ? "Approved" : "Rejected",
        ApprovalOutcome.Superseded => "Superseded",
        ApprovalOutcome.Expired => "Failed",
        ApprovalOutcome.NotWaiting waiting => waiting.Status,
        _ => "",
    };

    protected override async Task OnInitializedAsync()
    {
        try
        {
            var standing = await Approvals.FindAsync(Places.Connection, Pipeline, Stage, Action, ExecutionId, Http.RequestAborted);
            (pending, outcome) = (standing.Pending, standing.Outcome);
            if (outcome is ApprovalOutcome.NotFound)
                Http.Response.AnswerNotFound();
            else
                await GatherAsync();
        }
        catch (CloudException) when (pending is null && outcome is not null)
        {
            // How it ended is known: that the evidence has gone since does not hide it.
            gathered = null;
        }
        catch (CloudException gone) when (gone.Fault.Kind is CloudFaultKind.NotFound or CloudFaultKind.Invalid && outcome is null && pending is null)
        {
            // No such pipeline, or an id that is none: there is no such approval.
            outcome = new ApprovalOutcome.NotFound($"execution {ExecutionId} of {Pipeline}");
            Http.Response.AnswerNotFound();
        }
        catch (CloudException refused)
        {
            fault = refused.Fault;
        }
        catch (LedgerUnavailableException missing)
        {
            fault = new CloudFault(CloudFaultKind.Unreachable, missing.Message);
        }
        if (pending is null)
        {
            decision = await Decisions.FindAsync(Place, Http.RequestAborted);
            if (decision is not null)
                decidedBy = await Measured.OfDecisionAsync(decision.EvidenceDigest, Http.RequestAborted);
        }
    }

    private async Task GatherAsync()
    {
        gathered = await Evidence.ShowAsync(Place.Candidate, Patience, Http.RequestAborted);
        if (gathered.Evidence is null)
            throw new CloudException(gathered.Fault ?? new CloudFault(CloudFaultKind.ServiceFailure, "The evidence could not be read."));
        gate = await Gates.CheckAsync(Pipeline, Action, gathered, Http.User);
        if (gate.Gate.Votes > 1)
        {
            var cast = pending is null ? [] : await Ledger.VotesAsync(Place, pending, gathered.Digest, Http.RequestAborted);
            votes = (await Voters.CountAsync(gate.Gate, gate.Requesters, cast)).Words(gate.Gate.Votes);
        }
        // The page looks again by itself, without a script, for as long as something is to come; the form, which a reload would empty, comes last.
        if (!gathered.IsComplete)
            Http.Response.Headers["Refresh"] = SecondsToNextLook;
    }
}
