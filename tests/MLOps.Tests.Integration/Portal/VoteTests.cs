using System.Net;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Ledger;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Approvals.Promotion;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;
using MLOps.Tests.Integration.Audit;

namespace MLOps.Tests.Integration.Portal;

/// <summary>Between the first vote and the last, time goes by: what was true of people and rules then must be true now.</summary>
public sealed class VoteTests
{
    private const string Two = "--Gates:Pipelines:iris-model-pipeline:Votes=2";
    private const string Traffic = "/promote/iris-model-production";
    private static readonly string Page = $"/approvals/{IrisStory.Pipeline}/DeployApproval/ApproveDeploy/{IrisStory.Candidate}";

    [Theory]
    [InlineData("roles", "Casey (casey) may not approve any more")]
    [InlineData("disable", "Casey (casey) has no open account any more")]
    public async Task Vote_RightsTakenBeforeTheLastOne_DoesNotCount(string act, string why)
    {
        await using var portal = await PortalHost.StartAsync(null, Two);
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await PeopleTests.JoinAsync(portal, admin, Roles.Approver);
        await ApproveAsync(casey);
        (await admin.GetAsync(Page)).Html.Should().Contain("1 of 2 approvals: Casey (casey)");
        var id = await ChangeAsync(portal, "casey", _ => { });
        var people = await admin.GetAsync($"/account/people/{id}");
        if (act == "roles")
            await admin.PostAsync($"/account/people/{id}/change", people, ("displayName", "Casey"), ("roles", Roles.Viewer));
        else
            await admin.PostAsync($"/account/people/{id}/disable", people);

        await ApproveAsync(admin);

        portal.Cloud.Answers.Should().BeEmpty("one who may approve has approved, not two");
        (await admin.GetAsync(Page)).Html.Should().Contain("1 of 2 approvals: Administrator (admin)").And.Contain(why);
        using var approver = await portal.SignInAsync(Roles.Approver);
        await ApproveAsync(approver);
        portal.Cloud.Answers.Should().ContainSingle();
    }

    [Fact]
    public async Task Vote_OfTwoAccountsWithOneAddress_CountsOnce()
    {
        await using var portal = await PortalHost.StartAsync(null, Two);
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await PeopleTests.JoinAsync(portal, admin, Roles.Approver);
        using var twin = await PeopleTests.JoinAsync(portal, admin, Roles.Approver, "casey2");
        await ChangeAsync(portal, "casey", p => p.Email = "casey@example.com");
        await ChangeAsync(portal, "casey2", p => p.Email = "Casey@Example.com");
        await ApproveAsync(casey);
        await ApproveAsync(twin);
        portal.Cloud.Answers.Should().BeEmpty();
        (await admin.GetAsync(Page)).Html.Should().Contain("1 of 2 approvals: Casey (casey)").And.Contain("two accounts with one e-mail address");
        (await ApproveAsync(twin)).Html.Should().Contain("it does not count");
        await ApproveAsync(admin);
        portal.Cloud.Answers.Should().ContainSingle();
    }

    [Fact]
    public async Task Vote_UnderOtherRules_IsAskedForAnew()
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        var settings = await LedgerTests.SettingsAsync("Postgres");
        await using var before = await PortalHost.StartAsync(cloud, [.. settings, Two]);
        await using var after = await PortalHost.StartAsync(cloud, [.. settings, Two, "--Gates:Pipelines:iris-model-pipeline:Rules:0=logistic:accuracy >= 0.1"]);
        using var first = await before.SignInAsync(Roles.Approver);
        await ApproveAsync(first);
        using var admin = await after.SignInAsync(Roles.Admin);
        (await admin.GetAsync(Page)).Html.Should().Contain("0 of 2 approvals").And.Contain("Approver (approver) agreed under other rules");
        await ApproveAsync(admin);
        cloud.Answers.Should().BeEmpty("the first one has not seen the rules as they are");
        using var approver = await after.SignInAsync(Roles.Approver);
        await ApproveAsync(approver);
        cloud.Answers.Should().ContainSingle();

        var entries = await LedgerTests.AllAsync(after);
        LedgerTests.Verify(entries);
        var votes = entries.Where(e => e.Kind == LedgerKind.Vote).ToList();
        votes.Select(e => e.Details["gate digest"]).Distinct().Should().HaveCount(2);
        entries.Single(e => e is { Kind: LedgerKind.Approve, Type: EntryType.Intent }).Details["gate rules"].Should().Contain("people who must: 2").And.Contain("rule: logistic:accuracy >= 0.1");
        entries.Single(e => e is { Kind: LedgerKind.Approve, Type: EntryType.Intent }).Details["gate results"].Should().StartWith("logistic:accuracy >= 0.1: Passed (");
    }

    [Fact]
    public async Task Approve_AccountClosedThisVeryMoment_IsRefusedThoughTheSessionIsNotYetCut()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Approver);
        var page = await browser.GetCompleteAsync(Page);
        // Another instance closes it: this one remembers for some seconds that all was well.
        await ChangeAsync(portal, "approver", p => p.IsDisabled = true);
        var answer = await DecideAsync(browser, page, "");
        answer.Status.Should().BeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.Redirect);
        portal.Cloud.Answers.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(LedgerTests.Databases), MemberType = typeof(LedgerTests))]
    public async Task Approve_CommentOfLettersThatTakeTwoPlaces_ComesToTheCloudWholeAndAsTheLedgerHasIt(string database)
    {
        await using var portal = await PortalHost.StartAsync(null, await LedgerTests.SettingsAsync(database));
        await ChangeAsync(portal, "approver", p => p.DisplayName = string.Concat(Enumerable.Repeat("Ä", 127)));
        using var browser = await portal.SignInAsync(Roles.Approver);
        var comment = "ok\r\nnext\u0007line " + string.Concat(Enumerable.Repeat("😀", 190));
        var answer = await DecideAsync(browser, await browser.GetCompleteAsync(Page), comment);
        answer.Status.Should().Be(HttpStatusCode.Redirect, answer.Html);
        var summary = portal.Cloud.Answers.Should().ContainSingle().Subject.Summary;
        summary.Length.Should().BeLessThanOrEqualTo(512);
        summary.Should().NotContainAny("\r", "\n", "\u0007").And.Contain("ok nextline 😀").And.EndWith("…");
        new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(summary).Should().BePositive("no half of a letter is left");
        (await LedgerTests.AllAsync(portal)).Single(e => e is { Kind: LedgerKind.Approve, Type: EntryType.Intent }).Details["summary"].Should().Be(summary, "by it the answer is known again");
    }

    [Fact]
    public async Task Promote_BothVoteAtTheSameMoment_IsMovedOnce()
    {
        await using var portal = await PortalHost.StartAsync(null, Two);
        using var approver = await portal.SignInAsync(Roles.Approver);
        using var admin = await portal.SignInAsync(Roles.Admin);
        var pages = await Task.WhenAll(approver.GetAsync(Traffic), admin.GetAsync(Traffic));
        await Task.WhenAll(ShiftAsync(approver, pages[0]), ShiftAsync(admin, pages[1]));
        var entries = await LedgerTests.AllAsync(portal);
        entries.Count(e => e.Kind == LedgerKind.Vote).Should().Be(2);
        entries.Count(e => e is { Kind: "promote", Type: EntryType.Intent }).Should().Be(1, "one of the two goes on");
    }

    [Fact]
    public async Task Promote_VoteFromBeforeAnEarlierChange_DoesNotCount()
    {
        await using var portal = await PortalHost.StartAsync(null, Two);
        using var approver = await portal.SignInAsync(Roles.Approver);
        await ShiftAsync(approver, await approver.GetAsync(Traffic));
        using var admin = await portal.SignInAsync(Roles.Admin);
        (await admin.GetAsync(Traffic)).Html.Should().Contain("Approver asks for");
        // Production was changed and taken back meanwhile: all looks as it did.
        await using (var database = await portal.Services.GetRequiredService<IDbContextFactory<PromotionDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            var vote = await database.Changes.AsNoTracking().SingleAsync(TestContext.Current.CancellationToken);
            (vote.Id, vote.Outcome) = (0, "Done");
            database.Add(vote);
            await database.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        var page = await admin.GetAsync(Traffic);
        page.Html.Should().NotContain("Approver asks for");
        await ShiftAsync(admin, page);
        (await LedgerTests.AllAsync(portal)).Should().NotContain(e => e.Kind == "promote", "the administrator is the first one now");
    }

    private static Task<PortalHost.Answer> ShiftAsync(PortalHost.Browser browser, PortalHost.Answer page) => browser.PostAsync(
        Traffic + "/act", page, ("act", "shift"), ("share.Champion", "50"), ("share.Challenger", "50"), ("seen", page.Hidden("seen")), ("digest", page.Hidden("digest")), ("evidence", page.Hidden("evidence")));

    private static async Task<PortalHost.Answer> ApproveAsync(PortalHost.Browser browser) => await DecideAsync(browser, await browser.GetCompleteAsync(Page), "");

    private static Task<PortalHost.Answer> DecideAsync(PortalHost.Browser browser, PortalHost.Answer page, string comment) => browser.PostAsync(Page + "/decision", page,
        ("decision", "approve"), ("comment", comment), ("digest", page.Hidden("digest")), ("token", page.Hidden("token")), ("evidence", page.Hidden("evidence")));

    /// <summary>Changes an account past the portal; answers its id.</summary>
    private static async Task<string> ChangeAsync(PortalHost portal, string name, Action<PortalUser> change)
    {
        using var scope = portal.Services.CreateScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var person = (await users.FindByNameAsync(name))!;
        change(person);
        (await users.UpdateAsync(person)).Succeeded.Should().BeTrue();
        return person.Id;
    }
}
