using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Faults;
using MLOps.Portal.Data;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Integration.Portal;

/// <summary>The sign-off page as a browser without JavaScript uses it.</summary>
public sealed class SignOffTests
{
    private static readonly string Page = $"/approvals/{IrisStory.Pipeline}/DeployApproval/ApproveDeploy/{IrisStory.Candidate}";

    [Fact]
    public async Task Page_Waiting_ShowsTheEvidence()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        var page = await browser.GetAsync(Page);
        page.Html.Should().Contain("Approve for production").And.Contain(IrisStory.Digest).And.Contain(IrisStory.Revision).And.Contain("scientist")
            .And.Contain("HyperParameters.random_forest_n_estimators").And.Contain("higher is better").And.Contain("/playground?endpoint=iris-model-development");
        page.Html.Should().NotContain("<!--Blazor:{\"type\":\"server\"", "the page works without a circuit");
    }

    [Fact]
    public async Task Approve_AsShown_IsRecordedAndSentWithTheName()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        var answer = await DecideAsync(browser, "approve", new string('x', 400));
        answer.Status.Should().Be(HttpStatusCode.Redirect);
        answer.Location.Should().Be(Page);
        var sent = portal.Cloud.Answers.Should().ContainSingle().Subject;
        (sent.Approved, sent.ExecutionId, sent.TokenDigest).Should().Be((true, IrisStory.Candidate, "t1"));
        sent.Summary.Should().StartWith("Approver (approver): xxx").And.Match(s => s.Length <= 512);
        var decision = (await DecisionsAsync(portal)).Should().ContainSingle().Subject;
        (decision.UserName, decision.Approved, decision.EvidenceDigest, decision.Outcome).Should().Be(("Approver", true, SignOffStory.EvidenceDigest, "Done"));
        decision.CompletedAt.Should().NotBeNull();

        portal.Cloud.Standing = new(null, new ApprovalOutcome.AlreadyAnswered(true, "arn:aws:sts::123456789012:assumed-role/portal/mlops", FakeCloud.Now, "Approver: xxx"));
        (await browser.GetAsync(Page)).Html.Should().Contain("Approved by Approver");
    }

    [Fact]
    public async Task Reject_WithoutComment_IsAskedForOne()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Admin);
        var answer = await DecideAsync(browser, "reject", " ");
        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.Html.Should().Contain("A rejection needs a comment");
        portal.Cloud.Answers.Should().BeEmpty();
    }

    [Fact]
    public async Task Approve_EvidenceChangedMeanwhile_IsRefusedWithWhatChanged()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        var answer = await DecideAsync(browser, "approve", "", () => SignOffStory.Change(portal.Cloud));
        answer.Status.Should().Be(HttpStatusCode.Conflict);
        answer.Html.Should().Contain("Nothing was decided.").And.Contain("image: sha256:8f43 became sha256:ffff").And.Contain("metrics.logistic:accuracy: 0.9667 became 0.81");
        portal.Cloud.Answers.Should().BeEmpty();
        (await DecisionsAsync(portal)).Should().BeEmpty();
    }

    [Fact]
    public async Task Approve_AskedAnewMeanwhile_IsRefused()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        var answer = await DecideAsync(browser, "approve", "", () => Change(portal.Cloud, a => a with { TokenDigest = "t2" }));
        answer.Status.Should().Be(HttpStatusCode.Conflict);
        answer.Html.Should().Contain("asked anew");
        portal.Cloud.Answers.Should().BeEmpty();
    }

    [Fact]
    public async Task NewerCandidateWaits_ApprovalIsRefusedAndRejectionTaken()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        Change(portal.Cloud, a => a with { NewerExecutionId = "new-1" });
        (await DecideAsync(browser, "approve", "")).Html.Should().Contain("A newer candidate waits behind this one: execution new-1");
        (await DecideAsync(browser, "reject", "the newer one shall go first")).Status.Should().Be(HttpStatusCode.Redirect);
        portal.Cloud.Answers.Should().ContainSingle().Which.Approved.Should().BeFalse();
    }

    [Fact]
    public async Task Approve_SomebodyWasQuicker_TellsWho()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        portal.Cloud.Outcome = new ApprovalOutcome.AlreadyAnswered(false, "arn:aws:iam::123456789012:user/casey", FakeCloud.Now, "not now");
        (await DecideAsync(browser, "approve", "")).Location.Should().Be(Page);
        portal.Cloud.Standing = new(null, portal.Cloud.Outcome);
        (await browser.GetAsync(Page)).Html.Should().Contain("Rejected by casey").And.Contain("not now");
    }

    [Fact]
    public async Task Approve_CloudBreaksOff_SaysThatNobodyKnows()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        portal.Cloud.AnswerFault = new(CloudFaultKind.Unreachable, "The cloud does not answer.");
        var answer = await DecideAsync(browser, "approve", "");
        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        answer.Html.Should().Contain("Whether your decision counted is not known");
        (await DecisionsAsync(portal)).Should().ContainSingle().Which.Outcome.Should().BeEmpty("it is on record and not complete");
    }

    public static TheoryData<ApprovalOutcome, string> Outcomes => new()
    {
        { new ApprovalOutcome.Superseded("newer-1"), "A newer execution took this place" },
        { new ApprovalOutcome.Expired(), "Nobody answered in time" },
        { new ApprovalOutcome.NotWaiting("Stopped"), "It does not wait here" },
        { new ApprovalOutcome.NotFound("x"), "There is no such approval" },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task Page_NoLongerWaiting_SaysHowItCameOut(ApprovalOutcome outcome, string words)
    {
        await using var portal = await PortalHost.StartAsync();
        portal.Cloud.Standing = new(null, outcome);
        using var browser = await portal.SignInAsync(Roles.Viewer);
        var page = await browser.GetAsync(Page);
        page.Status.Should().Be(HttpStatusCode.OK);
        page.Html.Should().Contain(words).And.NotContain("name=\"decision\"");
    }

    private static async Task<PortalHost.Answer> DecideAsync(PortalHost.Browser browser, string decision, string comment, Action? meanwhile = null)
    {
        var page = await browser.GetAsync(Page);
        meanwhile?.Invoke();
        return await browser.PostAsync(Page + "/decision", page, ("decision", decision), ("comment", comment),
            ("digest", page.Hidden("digest")), ("token", page.Hidden("token")), ("evidence", page.Hidden("evidence")));
    }

    private static void Change(FakeCloud cloud, Func<PendingApproval, PendingApproval> change) => cloud.Approvals.Set(change(cloud.Approvals.Current("local").Items[0]));

    private static async Task<List<Decision>> DecisionsAsync(PortalHost portal)
    {
        await using var database = await portal.Services.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();
        return await database.Decisions.ToListAsync();
    }
}
