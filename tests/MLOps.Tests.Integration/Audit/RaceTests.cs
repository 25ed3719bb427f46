using System.Net;
using MLOps.Ledger;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;
using MLOps.Tests.Integration.Portal;

namespace MLOps.Tests.Integration.Audit;

/// <summary>Many at once, and candidates that change under the approver's hands: over HTTP, with real commands and clients.</summary>
public sealed class RaceTests
{
    private const int Browsers = 50;
    private const int Rounds = 200;

    [Fact]
    public async Task Approve_FiftyBrowsersAtOnce_OneAnswerIsSentAndAllAreToldWhoDecided()
    {
        using var desk = new ApprovalDesk();
        desk.Wait(IrisStory.Candidate);
        await using var portal = await PortalHost.StartAsync(null, desk.Register);
        var browsers = await Task.WhenAll(Enumerable.Range(0, Browsers).Select(i => portal.SignInAsync(i % 2 == 0 ? Roles.Approver : Roles.Admin)));
        try
        {
            var pages = await Task.WhenAll(browsers.Select(b => b.GetAsync(PageOf(IrisStory.Candidate))));

            var answers = await Task.WhenAll(browsers.Zip(pages, (browser, page) => ApproveAsync(browser, page, IrisStory.Candidate)));

            var sent = desk.Sent.Should().ContainSingle("one answer is sent, not fifty of which the cloud takes one").Subject;
            var winner = sent["result"]!["summary"]!.GetValue<string>();
            winner.Should().BeOneOf("Approver (approver)", "Administrator (admin)");
            var told = 0;
            foreach (var (browser, answer) in browsers.Zip(answers))
            {
                if (answer.Status == HttpStatusCode.Conflict)
                {
                    answer.Html.Should().Contain("Somebody was quicker").And.Contain(winner).And.Contain("approved this");
                    told++;
                    continue;
                }
                // Who won, and who came after all was said, land on the page that tells.
                answer.Status.Should().Be(HttpStatusCode.Redirect);
                (await browser.GetAsync(answer.Location!)).Html.Should().Contain($"Approved by {winner.Split(" (")[0]}");
            }
            told.Should().BeGreaterThan(0, "they were at it at once");

            var entries = await LedgerTests.AllAsync(portal);
            LedgerTests.Verify(entries);
            entries.Where(e => e.Kind == "approve").Select(e => (e.Type, e.Name, e.Result)).Should().Equal((EntryType.Intent, winner, ""), (EntryType.Outcome, winner, EntryResult.Happened));
            entries.Single(e => e.Result == EntryResult.Happened).Requests.Should().Equal("CodePipeline PutApprovalResult 200 request-1");
        }
        finally
        {
            foreach (var browser in browsers)
                browser.Dispose();
        }
    }

    [Fact]
    public async Task Approve_NewerRunOvertakesAtEveryStep_NothingElseThanWhatWasShownIsEverApproved()
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        var shown = Enumerable.Range(0, Rounds).Select(i => $"candidate-{i}").ToList();
        foreach (var execution in shown.SelectMany(e => new[] { e, ApprovalDesk.Newer(e) }))
            cloud.Evidence[execution] = cloud.Evidence[IrisStory.Candidate];
        using var desk = new ApprovalDesk();
        await using var portal = await PortalHost.StartAsync(cloud, desk.Register);
        using var browser = await portal.SignInAsync(Roles.Approver);
        var overtaken = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var candidate = shown[round];
            desk.OvertakeBefore = -1;
            desk.Wait(candidate);
            var page = await browser.GetAsync(PageOf(candidate));
            page.Html.Should().Contain("Approve for production");
            desk.CountFromHere();
            // Before each of the calls that a decision makes in turn, and in some rounds not at all.
            desk.OvertakeBefore = round % 8;
            var sent = desk.Sent.Count;

            var answer = await ApproveAsync(browser, page, candidate);

            answer.Status.Should().BeOneOf(HttpStatusCode.Redirect, HttpStatusCode.Conflict);
            desk.Sent.Skip(sent).Should().OnlyContain(s => s["token"]!.GetValue<string>() == ApprovalDesk.TokenOf(candidate), "no other token is ever sent");
            if (!desk.Approved.Contains(candidate))
                overtaken++;
        }
        desk.Approved.Should().BeSubsetOf(shown, "a newer candidate was never looked at");
        overtaken.Should().BeInRange(Rounds / 8, Rounds - (Rounds / 8), "both ways of the race were run");

        var entries = await LedgerTests.AllAsync(portal);
        LedgerTests.Verify(entries);
        entries.Where(e => e.Result == EntryResult.Happened).Select(e => e.Object).Should().BeEquivalentTo(
            desk.Approved.Select(e => $"{IrisStory.Pipeline}/DeployApproval/ApproveDeploy of execution {e}"), "the ledger says of each what the cloud says");
    }

    private static string PageOf(string execution) => $"/approvals/{IrisStory.Pipeline}/DeployApproval/ApproveDeploy/{execution}";

    private static Task<PortalHost.Answer> ApproveAsync(PortalHost.Browser browser, PortalHost.Answer page, string execution) =>
        browser.PostAsync(PageOf(execution) + "/decision", page, ("decision", "approve"), ("comment", ""),
            ("digest", page.Hidden("digest")), ("token", page.Hidden("token")), ("evidence", page.Hidden("evidence")));
}
