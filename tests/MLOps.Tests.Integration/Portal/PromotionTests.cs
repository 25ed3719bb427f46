using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Promotion;
using MLOps.Ledger;
using MLOps.Portal.Features.Approvals.Promotion;
using MLOps.Portal.Features.Audit;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Integration.Portal;

/// <summary>The page of traffic as a browser without JavaScript uses it: who may move it, what is refused, what is kept.</summary>
public sealed class PromotionTests
{
    private const string Endpoint = "iris-model-production";
    private const string Page = $"/promote/{Endpoint}";
    private const string Half = $"weights {Endpoint} Champion=0.5,Challenger=0.5";

    [Fact]
    public async Task Page_ShowsBothVariantsWithTheChallengersEvidence()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        var page = await browser.GetAsync(Page);
        page.Html.Should().Contain("90 %").And.Contain("10 %").And.Contain("asks for more").And.Contain("Promote Challenger to 100 %").And.Contain("Roll back to the last good production")
            .And.Contain("logistic:accuracy").And.Contain("Right answers").And.Contain("Nothing was moved here yet");
    }

    [Fact]
    public async Task Page_UnknownEndpoint_IsNotFound()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        var page = await browser.GetAsync("/promote/nothing");
        page.Status.Should().Be(HttpStatusCode.NotFound);
        page.Html.Should().Contain("no endpoint named");
    }

    [Fact]
    public async Task Shift_AsShown_IsToldTimedAndKept()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        var answer = await ShiftAsync(browser, "50", "50", ("reason", "half, to compare"));
        (answer.Status, answer.Location).Should().Be((HttpStatusCode.Redirect, Page));
        portal.Cloud.Calls.Should().ContainSingle(c => c.StartsWith("weights")).Which.Should().Be(Half);
        var change = await EndedAsync(portal);
        (change.Outcome, change.UserName, change.Reason, change.Before, change.After).Should().Be(("Done", "Approver", "half, to compare", """{"Champion":90,"Challenger":10}""", """{"Champion":50,"Challenger":50}"""));
        change.EvidenceDigest.Should().HaveLength(64, "more traffic for the challenger rests on its evidence");
        WebUtility.HtmlDecode((await browser.GetAsync(Page)).Html).Should().Contain("Champion 90 %, Challenger 10 % → Champion 50 %, Challenger 50 %").And.Contain("half, to compare");
        (await LedgerAsync(portal)).Should().ContainSingle(e => e.Kind == "promote" && e.Type == "intent").Which.Should().Match<LedgerEntry>(e =>
            e.Object == $"traffic of {Endpoint}: Champion 50 %, Challenger 50 %" && e.Why == "half, to compare" && e.Evidence == change.EvidenceDigest);
    }

    [Fact]
    public async Task Promote_OneClick_TakesAllTraffic()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        (await ActAsync(browser, "all:Challenger")).Status.Should().Be(HttpStatusCode.Redirect);
        portal.Cloud.Calls.Should().Contain($"weights {Endpoint} Champion=0,Challenger=1");
        (await EndedAsync(portal)).Outcome.Should().Be("Done");
    }

    [Fact]
    public async Task SignOff_TrafficMovedSinceTheTraining_SaysSo()
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        var evidence = cloud.Evidence[IrisStory.Candidate];
        cloud.Evidence[IrisStory.Candidate] = evidence with { Candidate = evidence.Candidate with { DeploymentJson = """{"EndpointPrefix":"iris-model","ProductionEndpoint":{"ABTests":true}}""" } };
        await using var portal = await PortalHost.StartAsync(cloud);
        using var browser = await portal.SignInAsync(Roles.Approver);
        const string SignOff = $"/approvals/{IrisStory.Pipeline}/DeployApproval/ApproveDeploy/{IrisStory.Candidate}";
        (await browser.GetAsync(SignOff)).Html.Should().NotContain("Production has moved since");
        await ActAsync(browser, "all:Champion");
        await EndedAsync(portal);
        (await browser.GetAsync(SignOff)).Html.Should().Contain("Production has moved since this candidate was trained");
    }

    [Theory]
    [InlineData("70", "40", "The shares make 110 % together")]
    [InlineData("120", "-20", "between 0 and 100")]
    [InlineData("half", "50", "between 0 and 100")]
    [InlineData("90", "10", "how the traffic is shared now")]
    public async Task Shift_SharesThatAreNone_AreSentBack(string champion, string challenger, string why)
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        var answer = await ShiftAsync(browser, champion, challenger);
        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.Html.Should().Contain(why);
        portal.Cloud.Calls.Should().NotContain(c => c.StartsWith("weights"));
    }

    [Fact]
    public async Task Act_Refused_KeepsTheWords_AndTheSharesWhereSharesWereAskedFor()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        (await ShiftAsync(browser, "70", "40", ("reason", "in steps"))).Html.Should().Contain("What you wrote stands on the page again");
        (await browser.GetAsync(Page)).Html.Should().Contain("in steps</textarea>").And.MatchRegex("name=\"share\\.Challenger\"[^>]* value=\"40\"");

        var seen = await browser.GetAsync(Page);
        using var other = await portal.SignInAsync(Roles.Admin);
        await ShiftAsync(other, "80", "20");
        await EndedAsync(portal);
        (await PostAsync(browser, seen, "all:Challenger", ("reason", "all at once"), ("share.Champion", "90"), ("share.Challenger", "10"))).Status.Should().Be(HttpStatusCode.Conflict);
        (await browser.GetAsync(Page)).Html.Should().Contain("all at once</textarea>")
            .And.MatchRegex("name=\"share\\.Challenger\"[^>]* value=\"20\"", "nobody asked for the shares of before, which would take the colleague's back");
        (await other.GetAsync(Page)).Html.Should().NotContain("all at once");

        (await ActAsync(browser, "all:Challenger", ("reason", "all at once"))).Status.Should().Be(HttpStatusCode.Redirect);
        await EndedAsync(portal);
        (await browser.GetAsync(Page)).Html.Should().NotContain("all at once</textarea>", "what was taken is not kept");
    }

    [Fact]
    public async Task Shift_SomebodyMovedItMeanwhile_IsRefusedWithWhatChanged()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        var page = await browser.GetAsync(Page);
        using var other = await portal.SignInAsync(Roles.Admin);
        await ActAsync(other, "all:Champion");
        await EndedAsync(portal);
        var answer = await PostAsync(browser, page, "shift", ("share.Champion", "50"), ("share.Challenger", "50"));
        answer.Status.Should().Be(HttpStatusCode.Conflict);
        answer.Html.Should().Contain("Nothing was changed.").And.Contain("variants[Challenger].traffic: 10 % became 0 %");
        portal.Cloud.Calls.Should().NotContain(Half);
    }

    [Fact]
    public async Task Shift_EvidenceChangedMeanwhile_IsRefused_TakingBackIsNot()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        var page = await browser.GetAsync(Page);
        SignOffStory.Change(portal.Cloud);
        (await PostAsync(browser, page, "all:Challenger")).Status.Should().Be(HttpStatusCode.Conflict);
        portal.Cloud.Calls.Should().NotContain(c => c.StartsWith("weights"));
        (await PostAsync(browser, page, "all:Champion")).Status.Should().Be(HttpStatusCode.Redirect, "what serves is taken back whatever the evidence says now");
    }

    [Fact]
    public async Task Act_WhoTheGateDoesNotName_IsRefused()
    {
        await using var portal = await PortalHost.StartAsync();
        using var scientist = await portal.SignInAsync(Roles.Scientist);
        var page = await scientist.GetAsync(Page);
        page.Html.Should().Contain("This gate is for").And.NotContain("name=\"act\"");
        using var approver = await portal.SignInAsync(Roles.Approver);
        var seen = (await approver.GetAsync(Page)).Hidden("seen");
        foreach (var act in (string[])["all:Challenger", "all:Champion", $"rollback:{IrisStory.Champion}"])
            (await scientist.PostAsync($"{Page}/act", await scientist.GetAsync("/account/sign-in"), ("act", act), ("seen", seen))).Status.Should().NotBe(HttpStatusCode.Redirect);
        portal.Cloud.Calls.Should().NotContain(c => c.StartsWith("weights") || c.StartsWith("rollback"));
    }

    [Fact]
    public async Task Promote_OwnRequest_IsRefused_TakingBackIsNot()
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        cloud.Evidence[IrisStory.Candidate] = cloud.Evidence[IrisStory.Candidate] with { RequestedBy = "arn:aws:iam::123456789012:user/approver" };
        await using var portal = await PortalHost.StartAsync(cloud);
        using var browser = await portal.SignInAsync(Roles.Approver);
        (await browser.GetAsync(Page)).Html.Should().Contain("somebody else promotes it");
        (await ActAsync(browser, "all:Challenger")).Status.Should().Be(HttpStatusCode.Forbidden);
        (await ActAsync(browser, "all:Champion")).Status.Should().Be(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Promote_Frozen_OnlyAnAdministratorsReasonOverrides()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Gates:Default:Freeze:0:From=2020-01-01", "--Gates:Default:Freeze:0:To=2999-01-01", "--Gates:Default:Freeze:0:Reason=Quarter end");
        using var approver = await portal.SignInAsync(Roles.Approver);
        var refused = await ActAsync(approver, "all:Challenger", ("override", "yes"), ("overrideReason", "because I can do it"));
        refused.Status.Should().Be(HttpStatusCode.Conflict);
        refused.Html.Should().Contain("Frozen until 2999-01-01");
        using var admin = await portal.SignInAsync(Roles.Admin);
        (await ActAsync(admin, "all:Challenger", ("override", "yes"), ("overrideReason", "short"))).Html.Should().Contain("needs a reason");
        (await ActAsync(admin, "all:Challenger", ("override", "yes"), ("overrideReason", "Customers wait for the mended model"))).Status.Should().Be(HttpStatusCode.Redirect);
        (await EndedAsync(portal)).Reason.Should().Contain("Override (Frozen until").And.Contain("Customers wait for the mended model");
    }

    [Fact]
    public async Task Promote_TwoPeopleNeeded_OnlyTheSecondMovesIt()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Gates:Pipelines:iris-model-pipeline:Votes=2");
        using var approver = await portal.SignInAsync(Roles.Approver);
        await ShiftAsync(approver, "50", "50");
        portal.Cloud.Calls.Should().NotContain(Half);
        (await ShiftAsync(approver, "50", "50")).Html.Should().Contain("You agreed to this already");
        using var admin = await portal.SignInAsync(Roles.Admin);
        var page = await admin.GetAsync(Page);
        page.Html.Should().Contain("Approver asks for").And.Contain("1 of 2 people");
        var vote = System.Text.RegularExpressions.Regex.Match(page.Html, "agree:([0-9]+)").Value;
        (await PostAsync(admin, page, vote)).Status.Should().Be(HttpStatusCode.Redirect);
        portal.Cloud.Calls.Should().Contain(Half);
    }

    [Fact]
    public async Task RollBack_ToTheLastGood_IsFollowedUntilItHasEnded()
    {
        await using var portal = await PortalHost.StartAsync();
        var running = IrisStory.Execution("new-execution", "InProgress", DateTimeOffset.UtcNow);
        portal.Cloud.Executions["new-execution"] = new ExecutionDetail(running, []);
        using var browser = await portal.SignInAsync(Roles.Approver);
        (await ActAsync(browser, $"rollback:{IrisStory.Champion}", ("reason", "errors rise"))).Status.Should().Be(HttpStatusCode.Redirect);
        portal.Cloud.Calls.Should().Contain($"rollback {IrisStory.Pipeline} DeployPrd {IrisStory.Champion}");
        var page = await browser.GetAsync(Page);
        page.Html.Should().Contain("is under way").And.NotContain("name=\"act\"");
        page.Message.Headers.Should().ContainKey("Refresh", "the page looks again by itself");

        portal.Cloud.Executions["new-execution"] = new ExecutionDetail(running with { Status = "Succeeded", Updated = DateTimeOffset.UtcNow }, []);
        var change = await EndedAsync(portal);
        (change.Outcome, change.Kind, change.ExecutionId, change.Reason).Should().Be(("Done", ChangeKind.Rollback, "new-execution", "errors rise"));
        (await browser.GetAsync(Page)).Html.Should().Contain("Roll-back of DeployPrd to execution").And.NotContain("is under way");
    }

    [Fact]
    public async Task RollBack_PipelineFails_SaysWhy()
    {
        await using var portal = await PortalHost.StartAsync();
        portal.Cloud.Executions["new-execution"] = new ExecutionDetail(IrisStory.Execution("new-execution", "Failed", DateTimeOffset.UtcNow),
            [new ActionExecution("a", "new-execution", "DeployPrd", "DeployModelPrd", "Failed") { ErrorMessage = "The stack is being updated" }]);
        using var browser = await portal.SignInAsync(Roles.Approver);
        await ActAsync(browser, $"rollback:{IrisStory.Champion}");
        var change = await EndedAsync(portal);
        (change.Outcome, change.Detail).Should().Be(("Failed", "The stack is being updated"));
    }

    [Fact]
    public async Task RollBack_ToWhatIsNoEarlierProduction_IsRefused()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        (await ActAsync(browser, $"rollback:{IrisStory.Failed}")).Status.Should().Be(HttpStatusCode.Conflict);
        (await ActAsync(browser, "configuration:made-by-anybody")).Status.Should().Be(HttpStatusCode.Conflict);
        portal.Cloud.Calls.Should().NotContain(c => c.StartsWith("rollback") || c.StartsWith("use"));
    }

    [Fact]
    public async Task Act_CloudRefuses_IsKeptAsRefused()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        var page = await browser.GetAsync(Page);
        portal.Cloud.CommandFault = new CloudFault(CloudFaultKind.Conflict, "Cannot update an endpoint that is being updated.");
        var answer = await PostAsync(browser, page, "all:Challenger");
        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        answer.Html.Should().Contain("Cannot update an endpoint that is being updated");
        (await EndedAsync(portal)).Outcome.Should().Be("Refused");
    }

    [Fact]
    public async Task Act_EndpointIsBeingUpdated_IsRefused()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        var page = await browser.GetAsync(Page);
        portal.Cloud.Endpoints.Set([.. portal.Cloud.Endpoints.Current("local").Items.Select(e => e.Name == Endpoint ? e with { Status = "Updating" } : e)]);
        var answer = await PostAsync(browser, page, "all:Challenger");
        answer.Status.Should().Be(HttpStatusCode.Conflict);
        answer.Html.Should().Contain("is being changed");
    }

    private static Task<PortalHost.Answer> ShiftAsync(PortalHost.Browser browser, string champion, string challenger, params (string, string)[] more) =>
        ActAsync(browser, "shift", [("share.Champion", champion), ("share.Challenger", challenger), .. more]);

    private static async Task<PortalHost.Answer> ActAsync(PortalHost.Browser browser, string act, params (string, string)[] more) => await PostAsync(browser, await browser.GetAsync(Page), act, more);

    private static Task<PortalHost.Answer> PostAsync(PortalHost.Browser browser, PortalHost.Answer page, string act, params (string, string)[] more) => browser.PostAsync(
        Page + "/act", page, [("act", act), ("seen", page.Hidden("seen")), ("digest", page.Hidden("digest")), ("evidence", page.Hidden("evidence")), .. more]);

    private static async Task<List<LedgerEntry>> LedgerAsync(PortalHost portal)
    {
        await using var database = await portal.Services.GetRequiredService<IDbContextFactory<LedgerDbContext>>().CreateDbContextAsync();
        return await database.Entries.AsNoTracking().ToListAsync();
    }

    /// <summary>The newest change, when it has ended.</summary>
    private static async Task<TrafficChange> EndedAsync(PortalHost portal)
    {
        TrafficChange? change = null;
        await Eventually.TrueAsync(async () =>
        {
            await using var database = await portal.Services.GetRequiredService<IDbContextFactory<PromotionDbContext>>().CreateDbContextAsync();
            change = await database.Changes.OrderByDescending(c => c.AskedAt).FirstOrDefaultAsync();
            return change?.EndedAt is not null;
        }, TimeSpan.FromSeconds(30), "the change has ended");
        return change!;
    }
}
