using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Faults;
using MLOps.Portal.Data;
using MLOps.Portal.Shared.Clouds;

namespace MLOps.Portal.Features.Approvals;

/// <summary>Is it safe: the evidence for one approval, and the form that answers it. Plain HTML, without a circuit.</summary>
public sealed partial class SignOffPage
{
    private SignOffEvidence? evidence;
    private PendingApproval? pending;
    private ApprovalOutcome? outcome;
    private Decision? decision;
    private CloudFault? fault;

    [Parameter] public string Pipeline { get; set; } = "";

    [Parameter] public string Stage { get; set; } = "";

    [Parameter] public string Action { get; set; } = "";

    [Parameter] public string ExecutionId { get; set; } = "";

    [CascadingParameter] private HttpContext Http { get; set; } = default!;

    [Inject] private Places Places { get; set; } = default!;

    [Inject] private IApprovalCommands Approvals { get; set; } = default!;

    [Inject] private IEvidenceReader Reader { get; set; } = default!;

    [Inject] private DecisionStore Decisions { get; set; } = default!;

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
            if (outcome is not ApprovalOutcome.NotFound)
                evidence = await Reader.EvidenceAsync(Places.Connection, Pipeline, ExecutionId, Http.RequestAborted);
        }
        catch (CloudException) when (pending is null && outcome is not null)
        {
            // How it ended is known: that the evidence has gone since does not hide it.
            evidence = null;
        }
        catch (CloudException refused)
        {
            fault = refused.Fault;
        }
        if (pending is null)
            decision = await Decisions.FindAsync(Place, Http.RequestAborted);
    }
}
