using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Values;
using MLOps.Ledger;
using MLOps.Portal.Features.Audit;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;
using MLOps.Tests.Integration.Portal;

namespace MLOps.Tests.Integration.Audit;

/// <summary>Answers that were given in the console or by a script are found, and marked as such; the portal's own are not.</summary>
public sealed class OutsideTests
{
    private const string Console = "arn:aws:iam::123456789012:user/casey";
    private static readonly string Page = $"/approvals/{IrisStory.Pipeline}/DeployApproval/ApproveDeploy/{IrisStory.Candidate}";

    [Fact]
    public async Task Approval_AnsweredInTheConsole_IsPutOnRecordOnce()
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        await using var portal = await PortalHost.StartAsync(cloud);
        await BegunAsync(portal);
        Answer(cloud, Console, "fine for me");

        var found = await OutsideAsync(portal);
        (found.Name, found.Subject, found.Why, found.Details["verdict"]).Should().Be(("user/casey", Console, "fine for me", "approved"));
        found.Object.Should().Be($"approval of {IrisStory.Pipeline}/DeployApproval/ApproveDeploy of execution {IrisStory.Candidate}");
        await portal.Services.GetRequiredService<OutsideAnswers>().CheckAsync(new("local", IrisStory.Pipeline, "DeployApproval", "ApproveDeploy", IrisStory.Candidate), TestContext.Current.CancellationToken);
        (await LedgerTests.AllAsync(portal)).Count(e => e.Kind == LedgerKind.Outside).Should().Be(1);
    }

    [Fact]
    public async Task Approval_AnsweredByThePortal_IsNotTakenForAnother()
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        await using var portal = await PortalHost.StartAsync(cloud);
        using var browser = await portal.SignInAsync(Roles.Approver);
        var page = await browser.GetAsync(Page);
        (await browser.PostAsync(Page + "/decision", page, ("decision", "approve"), ("comment", ""), ("digest", page.Hidden("digest")), ("token", page.Hidden("token")), ("evidence", page.Hidden("evidence"))))
            .Status.Should().Be(HttpStatusCode.Redirect);
        Answer(cloud, "arn:aws:sts::123456789012:assumed-role/portal/mlops", "another text than the portal's");

        await portal.Services.GetRequiredService<OutsideAnswers>().CheckAsync(new("local", IrisStory.Pipeline, "DeployApproval", "ApproveDeploy", IrisStory.Candidate), TestContext.Current.CancellationToken);
        (await LedgerTests.AllAsync(portal)).Should().NotContain(e => e.Kind == LedgerKind.Outside);
    }

    [Fact]
    public async Task Approval_AnsweredBeforeThereWasALedger_IsNoneOfItsBusiness()
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        await using var portal = await PortalHost.StartAsync(cloud);
        await BegunAsync(portal);
        Answer(cloud, Console, "long ago", DateTimeOffset.UtcNow.AddDays(-1));
        await portal.Services.GetRequiredService<OutsideAnswers>().CheckAsync(new("local", IrisStory.Pipeline, "DeployApproval", "ApproveDeploy", IrisStory.Candidate), TestContext.Current.CancellationToken);
        (await LedgerTests.AllAsync(portal)).Should().NotContain(e => e.Kind == LedgerKind.Outside);
    }

    [Fact]
    public async Task Missed_ExecutionsWhileThePortalWasAway_AreAmongTheLookedAt()
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        await using var portal = await PortalHost.StartAsync(cloud);
        await BegunAsync(portal);
        var later = DateTimeOffset.UtcNow.AddMinutes(1);
        var detail = cloud.PipelineDetails[IrisStory.Pipeline];
        cloud.PipelineDetails[IrisStory.Pipeline] = detail with { Executions = new([new("gone-by", "Succeeded") { Updated = later }, new("before", "Succeeded") { Updated = later.AddDays(-2) }], null) };
        cloud.Executions["gone-by"] = new(new("gone-by", "Succeeded"), [new ActionExecution("a", "gone-by", "DeployApproval", "ApproveDeploy", "Succeeded") { Category = "Approval" }]);

        var missed = new List<EndedApproval>();
        await foreach (var one in portal.Services.GetRequiredService<OutsideAnswers>().MissedAsync("local", IrisStory.Pipeline, TestContext.Current.CancellationToken))
            missed.Add(one);
        missed.Should().Equal(new EndedApproval("local", IrisStory.Pipeline, "DeployApproval", "ApproveDeploy", "gone-by"));
    }

    private static Task BegunAsync(PortalHost portal) => Eventually.TrueAsync(async () => (await LedgerTests.AllAsync(portal)).Count > 0, TimeSpan.FromSeconds(20), "the ledger begins");

    private static async Task<LedgerEntry> OutsideAsync(PortalHost portal)
    {
        LedgerEntry? found = null;
        await Eventually.TrueAsync(async () => (found = (await LedgerTests.AllAsync(portal)).FirstOrDefault(e => e.Kind == LedgerKind.Outside)) is not null, TimeSpan.FromSeconds(20), "the answer is found");
        return found!;
    }

    /// <summary>The approval is answered in the cloud, and the live inventory hears of it.</summary>
    private static void Answer(FakeCloud cloud, string by, string summary, DateTimeOffset? at = null)
    {
        cloud.Standing = new(null, new ApprovalOutcome.AlreadyAnswered(true, by, at ?? DateTimeOffset.UtcNow, summary));
        var known = cloud.Pipelines.Current("local").Items;
        cloud.Pipelines.Set([.. known.Select(p => p.Name != IrisStory.Pipeline ? p : p with
        {
            Stages = p.Stages.Select(s => s.Name != "DeployApproval" ? s : s with
            {
                Status = "Succeeded", Actions = s.Actions.Select(a => a with { Status = "Succeeded", Category = "Approval", AwaitsApproval = false, LastUpdatedBy = by, LastChange = at ?? DateTimeOffset.UtcNow }).ToValueList(),
            }).ToValueList(),
        })]);
    }
}
