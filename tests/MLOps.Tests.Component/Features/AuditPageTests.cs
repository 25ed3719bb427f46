using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Ledger;
using MLOps.Portal.Features.Audit;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class AuditPageTests
{
    private const string Digest = "3f0c8e1a5b7d9f2246810acebdf13579bdf02468ace13579bdf02468ace13579";

    [Fact]
    public async Task Audit_Nothing_SaysWhatWillBeThere()
    {
        await using var portal = new PortalContext(new FakeCloud(), Roles.Viewer);
        portal.Open<AuditPage>("/audit").Markup.Should().Contain("Nothing yet");
    }

    [Fact]
    public async Task Audit_Entries_AreOneRowForEachDeedWithWhatBecameOfIt()
    {
        await using var portal = await StoryAsync();
        var page = portal.Open<AuditPage>("/audit");
        Rows(page).Should().Equal(
            "7 outside iris/Approve/Decide of execution 9: Outside the portal",
            "6 delete endpoint iris: Under way",
            "4 start pipeline iris: Did not happen",
            "1 override iris/Approve/Decide of execution 8: Done");
        page.Find(".chain").TextContent.Should().Contain("Whole up to entry 7");
        page.FindAll(".chain [data-copy]").Single().GetAttribute("data-copy").Should().HaveLength(64);
    }

    [Theory]
    [InlineData("?q=NOBODY%20asked", "1")]
    [InlineData("?q=req-77", "1")]
    [InlineData("?q=" + Digest, "1")]
    [InlineData("?q=100%25", "")]
    [InlineData("?q=%C3%84rger%20mit", "4")]
    [InlineData("?kind=start", "4")]
    [InlineData("?person=Ada", "1,6")]
    [InlineData("?result=happened", "1")]
    [InlineData("?result=absent", "4")]
    [InlineData("?result=lost", "")]
    [InlineData("?result=open", "6")]
    [InlineData("?from=2026-03-05", "7")]
    [InlineData("?to=2026-03-04", "1,4,6")]
    [InlineData("?from=nonsense&person=Ada&kind=delete", "6")]
    public async Task Audit_Filter_IsReadFromTheAddress(string query, string numbers)
    {
        await using var portal = await StoryAsync();
        var page = portal.Open<AuditPage>($"/audit{query}");
        string.Join(",", Rows(page).Select(r => r.Split(' ')[0]).Order()).Should().Be(numbers);
        if (numbers.Length == 0)
            page.Markup.Should().Contain("None fits the filter");
    }

    [Fact]
    public async Task Audit_Choices_AreWhatIsThereAndGoIntoTheAddress()
    {
        await using var portal = await StoryAsync();
        var page = portal.Open<AuditPage>("/audit");
        page.FindAll("select[aria-label=Person] option").Select(o => o.TextContent).Should().Equal("Everybody", "Ada", "Grace");
        page.Find("select[aria-label=Person]").Change("Grace");
        portal.Services.GetRequiredService<NavigationManager>().Uri.Should().EndWith("/audit?person=Grace");
        page.Find("input[type=date]").Change("2026-03-04");
        portal.Services.GetRequiredService<NavigationManager>().Uri.Should().EndWith("person=Grace&from=2026-03-04");
    }

    [Fact]
    public async Task Audit_RowChangedBehindTheLedger_IsToldOnThePage()
    {
        await using var portal = await StoryAsync();
        var page = portal.Open<AuditPage>("/audit");
        await using (var database = await portal.Services.GetRequiredService<IDbContextFactory<LedgerDbContext>>().CreateDbContextAsync(Xunit.TestContext.Current.CancellationToken))
            await database.Database.ExecuteSqlRawAsync("""UPDATE ledger_entries SET "Name" = 'Eve' WHERE "Sequence" = 4""", Xunit.TestContext.Current.CancellationToken);
        page.Find(".chain button.act").Click();
        page.WaitForAssertion(() => page.Find("[role=alert]").TextContent.Should().Contain("tampered with").And.Contain("Entry 4 was changed").And.Contain("Entries 1 to 3 are good"));
    }

    [Fact]
    public async Task Entry_Outcome_ShowsItsIntentToo()
    {
        await using var portal = await StoryAsync();
        var page = portal.Open<EntryPage>("/audit/2", p => p.Add(e => e.Sequence, 2));
        page.FindAll(".panel h2").Select(h => h.TextContent).Should().Equal("1: about to be done", "2: no answer", "3: done");
        page.Markup.Should().Contain("Nobody asked &lt;script&gt;").And.Contain("CodePipeline PutApprovalResult 200 req-77").And.Contain(Digest);
    }

    [Fact]
    public async Task Entry_None_SaysSo()
    {
        await using var portal = await StoryAsync();
        portal.Open<EntryPage>("/audit/99", p => p.Add(e => e.Sequence, 99)).Markup.Should().Contain("The ledger has no entry 99");
    }

    private static List<string> Rows(IRenderedComponent<AuditPage> page) =>
        [.. page.FindAll("tbody tr").Select(r => r.QuerySelectorAll("td")).Select(c => $"{c[0].TextContent.Trim()} {c[3].TextContent.Trim()} {c[4].TextContent.Trim()}: {c[6].TextContent.Trim()}")];

    private static async Task<PortalContext> StoryAsync()
    {
        var portal = new PortalContext(new FakeCloud(), Roles.Viewer);
        await using var database = await portal.Services.GetRequiredService<IDbContextFactory<LedgerDbContext>>().CreateDbContextAsync();
        LedgerEntry? last = null;
        foreach (var entry in Story())
            database.Add(last = Chain.Append(last, entry));
        await database.SaveChangesAsync();
        return portal;
    }

    private static IEnumerable<LedgerEntry> Story()
    {
        var approve = Intent("override", "iris/Approve/Decide of execution 8", "Ada") with { Why = "Nobody asked <script>", Evidence = Digest, Connection = "local" };
        yield return approve;
        yield return Entries.Outcome(approve with { Sequence = 1 }, new Finding(EntryResult.Lost, "no answer")) with { At = FakeCloud.Now };
        yield return Entries.Outcome(approve with { Sequence = 1 }, Finding.Happened()) with { At = FakeCloud.Now, Requests = ["CodePipeline PutApprovalResult 200 req-77"] };
        var start = Intent("start", "pipeline iris", "Grace") with { Why = "Ärger mit Öl" };
        yield return start;
        yield return Entries.Outcome(start with { Sequence = 4 }, Finding.Absent("It never began")) with { At = FakeCloud.Now };
        yield return Intent("delete", "endpoint iris", "Ada");
        yield return Entries.Fact(LedgerKind.Outside, "approval:9") with { Object = "iris/Approve/Decide of execution 9", At = FakeCloud.Now.AddDays(1) };
    }

    private static LedgerEntry Intent(string kind, string what, string name) =>
        Entries.Fact(kind, "") with { Type = EntryType.Intent, Object = what, Name = name, Subject = name.ToLowerInvariant(), At = FakeCloud.Now };
}
