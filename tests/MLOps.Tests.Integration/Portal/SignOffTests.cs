using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Faults;
using MLOps.Ledger;
using MLOps.Portal.Features.Approvals;
using MLOps.Portal.Features.Audit;
using MLOps.Portal.Shared.Ledger;
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
        page.Html.Should().Contain("Approve for production").And.Contain("Right answers").And.Contain("Business understanding").And.Contain("Missing").And.Contain("&lt;script&gt;").And.Contain(IrisStory.Digest).And.Contain(IrisStory.Revision).And.Contain("scientist")
            .And.Contain("HyperParameters.random_forest_n_estimators").And.Contain("higher is better").And.Contain("/playground?endpoint=iris-model-development");
        page.Html.Should().NotContain("<!--Blazor:{\"type\":\"server\"", "the page works without a circuit");
    }

    [Fact]
    public async Task Approve_AsShown_IsRecordedAndSentWithTheName()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        var digest = (await browser.GetAsync(Page)).Hidden("digest");
        var answer = await DecideAsync(browser, "approve", new string('x', 400));
        answer.Status.Should().Be(HttpStatusCode.Redirect);
        answer.Location.Should().Be(Page);
        var sent = portal.Cloud.Answers.Should().ContainSingle().Subject;
        (sent.Approved, sent.ExecutionId, sent.TokenDigest).Should().Be((true, IrisStory.Candidate, "t1"));
        sent.Summary.Should().StartWith("Approver (approver): xxx").And.Match(s => s.Length <= 512);
        var decision = (await DecisionsAsync(portal)).Should().ContainSingle().Subject;
        (decision.UserName, decision.Approved, decision.EvidenceDigest, decision.Outcome).Should().Be(("Approver", true, digest, "Done"));
        decision.CompletedAt.Should().NotBeNull();

        portal.Cloud.Standing = new(null, new ApprovalOutcome.AlreadyAnswered(true, "arn:aws:sts::123456789012:assumed-role/portal/mlops", FakeCloud.Now, "Approver: xxx"));
        (await browser.GetAsync(Page)).Html.Should().Contain("Approved by Approver").And.Contain("What it was decided by").And.Contain("fits the text that is kept").And.Contain("100 % right");
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
    public async Task Approve_ColleaguesApprovalChangesTheEvidence_TellsWhoDecidedAndNotWhatChanged()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        var answer = await DecideAsync(browser, "approve", "", () => portal.Cloud.BeforeEvidence = () =>
        {
            // Its deployment is done before this person's evidence is read.
            portal.Cloud.BeforeEvidence = null;
            SignOffStory.Change(portal.Cloud);
            portal.Cloud.Standing = new(null, new ApprovalOutcome.AlreadyAnswered(true, "arn:aws:sts::123456789012:assumed-role/portal/mlops", FakeCloud.Now, "Administrator (admin)"));
        });
        answer.Status.Should().Be(HttpStatusCode.Redirect);
        (await browser.GetAsync(answer.Location!)).Html.Should().Contain("Administrator (admin)");
        portal.Cloud.Answers.Should().BeEmpty();
    }

    [Fact]
    public async Task Decision_Refused_KeepsWhatWasWrittenForThatPersonOnThatPage()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        Change(portal.Cloud, a => a with { NewerExecutionId = "new-1" });
        (await DecideAsync(browser, "approve", "seen with <Casey> & found good")).Html.Should().Contain("What you wrote stands on the page again");
        (await browser.GetAsync(Page)).Html.Should().Contain("seen with &lt;Casey&gt; &amp; found good</textarea>");

        using var colleague = await portal.SignInAsync(Roles.Admin);
        (await colleague.GetAsync(Page)).Html.Should().NotContain("found good");
        (await DecideAsync(browser, "reject", "the newer one shall go first")).Status.Should().Be(HttpStatusCode.Redirect);
        (await browser.GetAsync(Page)).Html.Should().NotContain("found good", "what was taken is not kept");
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

    [Theory]
    [InlineData("approve")]
    [InlineData("reject")]
    public async Task Decide_LedgerCannotBeWritten_NothingIsDecided(string decision)
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        await using (var database = await portal.Services.GetRequiredService<IDbContextFactory<LedgerDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken))
            await database.Database.ExecuteSqlRawAsync("CREATE TRIGGER disk_full BEFORE INSERT ON ledger_entries BEGIN SELECT RAISE(ABORT, 'disk full'); END", TestContext.Current.CancellationToken);
        var answer = await DecideAsync(browser, decision, "a comment");
        answer.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        answer.Html.Should().Contain("audit ledger cannot be written, so nothing was done");
        portal.Cloud.Answers.Should().BeEmpty();
        (await DecisionsAsync(portal)).Should().BeEmpty();
    }

    [Fact]
    public async Task Approve_Override_LedgerKeepsTheReasonAndTheDigest()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Gates:Pipelines:iris-model-pipeline:Rules:0=accuracy >= 2");
        using var admin = await portal.SignInAsync(Roles.Admin);
        var digest = (await admin.GetAsync(Page)).Hidden("digest");
        await DecideAsync(admin, "approve", "seen", null, ("override", "yes"), ("overrideReason", "The metric is wrong since May"));
        var entries = (await Audit.LedgerTests.AllAsync(portal)).Where(e => e.Kind == LedgerKind.Override).ToList();
        entries.Select(e => (e.Type, e.Result, e.Name, e.Evidence)).Should().Equal(
            (EntryType.Intent, "", "Administrator (admin)", digest), (EntryType.Outcome, EntryResult.Happened, "Administrator (admin)", digest));
        entries[0].Why.Should().Contain("accuracy >= 2").And.Contain("The metric is wrong since May");
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
        page.Status.Should().Be(outcome is ApprovalOutcome.NotFound ? HttpStatusCode.NotFound : HttpStatusCode.OK);
        page.Html.Should().Contain(words).And.NotContain("name=\"decision\"");
    }

    [Theory]
    [InlineData(CloudFaultKind.NotFound)]
    [InlineData(CloudFaultKind.Invalid)]
    public async Task Page_NoSuchPipelineOrId_IsNotFound(CloudFaultKind kind)
    {
        await using var portal = await PortalHost.StartAsync();
        portal.Cloud.Fault = new(kind, "There is no such thing.");
        using var browser = await portal.SignInAsync(Roles.Viewer);
        var page = await browser.GetAsync("/approvals/nothing/DeployApproval/ApproveDeploy/x");
        page.Status.Should().Be(HttpStatusCode.NotFound);
        page.Html.Should().Contain("There is no such approval");
    }

    [Fact]
    public async Task Approve_BrokenRule_OnlyAnAdministratorsReasonOverrides()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Gates:Pipelines:iris-model-pipeline:Rules:0=accuracy >= 2");
        using var approver = await portal.SignInAsync(Roles.Approver);
        var page = await approver.GetAsync(Page);
        page.Html.Should().Contain("The gate is closed.").And.NotContain("name=\"override\"").And.Contain("value=\"approve\" disabled");
        var refused = await DecideAsync(approver, "approve", "", null, ("override", "yes"), ("overrideReason", "because I can do it"));
        refused.Status.Should().Be(HttpStatusCode.Conflict);
        refused.Html.Should().Contain("accuracy &gt;= 2");

        using var admin = await portal.SignInAsync(Roles.Admin);
        (await admin.GetAsync(Page)).Html.Should().Contain("name=\"override\"");
        (await DecideAsync(admin, "approve", "")).Status.Should().Be(HttpStatusCode.Conflict);
        (await DecideAsync(admin, "approve", "", null, ("override", "yes"), ("overrideReason", "short"))).Html.Should().Contain("needs a reason");
        portal.Cloud.Answers.Should().BeEmpty();
        (await DecideAsync(admin, "approve", "seen", null, ("override", "yes"), ("overrideReason", "The metric is wrong since May"))).Status.Should().Be(HttpStatusCode.Redirect);
        (await DecisionsAsync(portal)).Should().ContainSingle().Which.Comment.Should().Contain("Override (accuracy >= 2: ").And.Contain("The metric is wrong since May");
    }

    [Fact]
    public async Task Approve_BrokenRule_RejectionIsTaken()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Gates:Pipelines:iris-model-pipeline:Rules:0=accuracy >= 2");
        using var approver = await portal.SignInAsync(Roles.Approver);
        (await DecideAsync(approver, "reject", "not good enough")).Status.Should().Be(HttpStatusCode.Redirect);
        portal.Cloud.Answers.Should().ContainSingle().Which.Approved.Should().BeFalse();
    }

    [Fact]
    public async Task Approve_OwnRequest_IsRefusedAndRejectionTaken()
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        cloud.Evidence[IrisStory.Candidate] = cloud.Evidence[IrisStory.Candidate] with { RequestedBy = "arn:aws:iam::123456789012:user/approver" };
        await using var portal = await PortalHost.StartAsync(cloud);
        using var browser = await portal.SignInAsync(Roles.Approver);
        (await browser.GetAsync(Page)).Html.Should().Contain("You asked for this candidate");
        var answer = await DecideAsync(browser, "approve", "mine");
        answer.Status.Should().Be(HttpStatusCode.Forbidden);
        answer.Html.Should().Contain("You asked for this candidate");
        portal.Cloud.Answers.Should().BeEmpty();
        (await DecideAsync(browser, "reject", "my mistake")).Status.Should().Be(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Approve_TwoPeopleNeeded_OnlyTheSecondTellsTheCloud()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Gates:Pipelines:iris-model-pipeline:Votes=2");
        using var approver = await portal.SignInAsync(Roles.Approver);
        (await DecideAsync(approver, "approve", "first")).Status.Should().Be(HttpStatusCode.Redirect);
        portal.Cloud.Answers.Should().BeEmpty();
        (await approver.GetAsync(Page)).Html.Should().Contain("1 of 2 approvals: Approver (approver)");
        var again = await DecideAsync(approver, "approve", "twice");
        again.Status.Should().Be(HttpStatusCode.Forbidden);
        again.Html.Should().Contain("You approved this already");
        portal.Cloud.Answers.Should().BeEmpty();

        using var admin = await portal.SignInAsync(Roles.Admin);
        (await DecideAsync(admin, "approve", "second")).Status.Should().Be(HttpStatusCode.Redirect);
        portal.Cloud.Answers.Should().ContainSingle().Which.Approved.Should().BeTrue();
    }

    [Fact]
    public async Task Approve_Frozen_IsRefused()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Gates:Default:Freeze:0:From=2020-01-01", "--Gates:Default:Freeze:0:To=2999-01-01", "--Gates:Default:Freeze:0:Reason=Quarter end");
        using var browser = await portal.SignInAsync(Roles.Approver);
        var answer = await DecideAsync(browser, "approve", "");
        answer.Status.Should().Be(HttpStatusCode.Conflict);
        answer.Html.Should().Contain("Frozen until 2999-01-01").And.Contain("Quarter end");
    }

    [Fact]
    public async Task Approve_GateNamesAScientist_HoldsForThatPersonOnly()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Gates:Pipelines:iris-model-pipeline:Approvers:People:0=viewer");
        using var approver = await portal.SignInAsync(Roles.Approver);
        (await DecideAsync(approver, "approve", "")).Status.Should().Be(HttpStatusCode.Forbidden);
        using var viewer = await portal.SignInAsync(Roles.Viewer);
        (await DecideAsync(viewer, "approve", "")).Status.Should().Be(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Page_CasesFail_SaysSoAndOffersAgain()
    {
        await using var portal = await PortalHost.StartAsync();
        portal.Cloud.CasesFault = new(CloudFaultKind.Denied, "S3 says no");
        using var browser = await portal.SignInAsync(Roles.Approver);
        SignOffStory.Change(portal.Cloud);
        await DecideAsync(browser, "approve", "");
        var page = await browser.GetAsync(Page);
        page.Html.Should().Contain("Could not be gathered: saved cases.").And.Contain("S3 says no").And.Contain("Approve for production");
        portal.Cloud.CasesFault = null;
        (await browser.PostAsync(Page + "/gather", page, ("again", "yes"))).Location.Should().Be(Page);
        (await browser.GetAsync(Page)).Html.Should().NotContain("Could not be gathered").And.Contain("Right answers");
    }

    private static async Task<PortalHost.Answer> DecideAsync(PortalHost.Browser browser, string decision, string comment, Action? meanwhile = null, params (string, string)[] more)
    {
        var page = await browser.GetAsync(Page);
        meanwhile?.Invoke();
        return await browser.PostAsync(Page + "/decision", page, [("decision", decision), ("comment", comment),
            ("digest", page.Hidden("digest")), ("token", page.Hidden("token")), ("evidence", page.Hidden("evidence")), .. more]);
    }

    private static void Change(FakeCloud cloud, Func<PendingApproval, PendingApproval> change) => cloud.Approvals.Set(change(cloud.Approvals.Current("local").Items[0]));

    private static async Task<List<Decision>> DecisionsAsync(PortalHost portal)
    {
        await using var database = await portal.Services.GetRequiredService<IDbContextFactory<DecisionDbContext>>().CreateDbContextAsync();
        return await database.Decisions.ToListAsync();
    }
}
