using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Ledger;
using MLOps.LocalCloud.Protocol;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Account;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;
using MLOps.Tests.Integration.Portal;

namespace MLOps.Tests.Integration.Audit;

/// <summary>Many at once, and candidates that change under the approver's hands: over HTTP, by the real commands and clients, against the local cloud's CodePipeline.</summary>
public sealed class RaceTests
{
    private const int Browsers = 50;
    private const int Rounds = 200;

    /// <summary>With PostgreSQL two portals take the forms, half of the people each.</summary>
    [Theory]
    [MemberData(nameof(LedgerTests.Databases), MemberType = typeof(LedgerTests))]
    public async Task Approve_FiftyBrowsersAtOnce_OneAnswerIsSentAndTheOthersAreToldWhoDecided(string database)
    {
        await using var cloud = await ApprovalCloud.BeginAsync();
        var candidate = await cloud.WaitingAsync();
        var settings = await LedgerTests.SettingsAsync(database);
        await using var one = await StartAsync(cloud, candidate, settings);
        await using var other = database == "Postgres" ? await StartAsync(cloud, candidate, settings) : null;
        var browsers = new List<PortalHost.Browser>();
        try
        {
            for (var i = 0; i < Browsers; i++)
                browsers.Add(await SignInAsync(i % 2 == 0 ? one : other ?? one, i));
            var pages = await Task.WhenAll(browsers.Select(b => b.GetCompleteAsync(PageOf(candidate))));
            // The answer that is first on the wire waits there until everybody else has been answered: nobody comes late, all are at it.
            var (arrived, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
            cloud.Arrived = operation =>
            {
                if (operation != ApprovalCloud.Answer)
                    return Task.CompletedTask;
                arrived.TrySetResult();
                return goOn.Task;
            };

            var told = 0;
            var answers = await Task.WhenAll(browsers.Zip(pages, async (browser, page) =>
            {
                var answer = await ApproveAsync(browser, page, candidate);
                if (Interlocked.Increment(ref told) == Browsers - 1)
                    goOn.TrySetResult();
                return answer;
            })).WaitAsync(TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

            arrived.Task.IsCompletedSuccessfully.Should().BeTrue();
            var sent = cloud.Sent.Should().ContainSingle("one answer is sent, not fifty of which the cloud takes one").Subject;
            var winner = sent.Object("result")!.Required("summary");
            var first = Enumerable.Range(0, Browsers).Single(i => NameOf(i) == winner);
            answers[first].Status.Should().Be(HttpStatusCode.Redirect);
            (await browsers[first].GetAsync(answers[first].Location!)).Html.Should().Contain($"Approved by {winner.Split(" (")[0]}");
            var others = answers.Where((_, i) => i != first).ToList();
            others.Should().HaveCount(49).And.OnlyContain(a => a.Status == HttpStatusCode.Conflict);
            others.Should().OnlyContain(a => a.Html.Contains("Somebody was quicker") && a.Html.Contains(winner) && a.Html.Contains("approved this"));
            (await cloud.EndOfAsync(candidate)).Should().Be(("Succeeded", winner));

            var entries = await LedgerTests.AllAsync(one);
            LedgerTests.Verify(entries);
            entries.Where(e => e.Kind == "approve").Select(e => (e.Type, e.Name, e.Result)).Should().Equal((EntryType.Intent, winner, ""), (EntryType.Outcome, winner, EntryResult.Happened));
            entries.Single(e => e is { Kind: "approve", Result: EntryResult.Happened }).Requests.Should().ContainSingle().Which.Should().StartWith("CodePipeline PutApprovalResult 200 ");
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
        await using var cloud = await ApprovalCloud.BeginAsync();
        var fake = IrisStory.Cloud(DateTimeOffset.UtcNow);
        await using var portal = await PortalHost.StartAsync(fake, services => services.AddSingleton(RealApprovals.Of(cloud.Url.ToString())));
        using var browser = await portal.SignInAsync(Roles.Approver);
        var (shown, overtakenAt) = (new List<string>(), new Dictionary<string, int>());
        for (var round = 0; round < Rounds; round++)
        {
            var candidate = await cloud.WaitingAsync(shown);
            shown.Add(candidate);
            fake.Evidence[candidate] = fake.Evidence[IrisStory.Candidate];
            await cloud.StartAsync();
            var (token, sent) = (await cloud.TokenAsync(), cloud.Sent.Count);
            var page = await browser.GetCompleteAsync(PageOf(candidate));
            page.Html.Should().Contain("Approve for production");
            // Before each of the calls that a decision makes in turn, and in some rounds not at all.
            var (calls, overtake) = (0, round % 6);
            cloud.Arrived = async operation =>
            {
                if (Interlocked.Increment(ref calls) - 1 != overtake)
                    return;
                overtakenAt[operation] = overtakenAt.GetValueOrDefault(operation) + 1;
                await cloud.AbandonAsync(candidate);
                await cloud.WaitingAsync(candidate);
            };

            var answer = await ApproveAsync(browser, page, candidate);

            cloud.Arrived = null;
            answer.Status.Should().BeOneOf(HttpStatusCode.Redirect, HttpStatusCode.Conflict);
            cloud.Sent.Skip(sent).Should().OnlyContain(s => s.Required("token") == token, "no other token is ever sent");
        }
        var approved = await cloud.ApprovedAsync();
        approved.Should().BeSubsetOf(shown, "a newer candidate was never looked at").And.OnlyHaveUniqueItems();
        approved.Count.Should().BeInRange(Rounds / 8, Rounds - (Rounds / 8), "both ways of the race were run");
        overtakenAt.Keys.Should().Contain([ApprovalCloud.Answer, "GetPipelineState"], "a run was overtaken when its answer was on the wire already");

        var entries = await LedgerTests.AllAsync(portal);
        LedgerTests.Verify(entries);
        entries.Where(e => e is { Kind: "approve", Result: EntryResult.Happened }).Select(e => e.Object).Should().BeEquivalentTo(
            approved.Select(e => $"{IrisStory.Pipeline}/DeployApproval/ApproveDeploy of execution {e}"), "the ledger says of each what the cloud says");
    }

    private static string NameOf(int i) => $"Approver {i} (approver-{i})";

    private static Task<PortalHost> StartAsync(ApprovalCloud cloud, string candidate, string[] settings)
    {
        var fake = IrisStory.Cloud(DateTimeOffset.UtcNow);
        fake.Evidence[candidate] = fake.Evidence[IrisStory.Candidate];
        return PortalHost.StartAsync(fake, services => services.AddSingleton(RealApprovals.Of(cloud.Url.ToString())), settings);
    }

    /// <summary>A browser of a person of its own, who may approve.</summary>
    private static async Task<PortalHost.Browser> SignInAsync(PortalHost portal, int i)
    {
        using var scope = portal.Services.CreateScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var person = new PortalUser { UserName = $"approver-{i}", DisplayName = $"Approver {i}" };
        (await users.CreateAsync(person)).Succeeded.Should().BeTrue();
        await users.AddToRoleAsync(person, Roles.Approver);
        var browser = portal.Open();
        var key = portal.Services.GetRequiredService<SignInLinks>().Issue(person.UserName);
        var answer = await browser.PostAsync("/account/link", await browser.GetAsync("/account/sign-in"), ("key", key));
        answer.Location.Should().Be("/", $"{person.UserName} signs in: {answer.Status} {answer.Html}");
        return browser;
    }

    private static string PageOf(string execution) => $"/approvals/{IrisStory.Pipeline}/DeployApproval/ApproveDeploy/{execution}";

    private static Task<PortalHost.Answer> ApproveAsync(PortalHost.Browser browser, PortalHost.Answer page, string execution) =>
        browser.PostAsync(PageOf(execution) + "/decision", page, ("decision", "approve"), ("comment", ""),
            ("digest", page.Hidden("digest")), ("token", page.Hidden("token")), ("evidence", page.Hidden("evidence")));
}
