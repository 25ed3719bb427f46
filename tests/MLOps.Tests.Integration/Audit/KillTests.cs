using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MLOps.Ledger;
using MLOps.Portal.Features.Audit;
using MLOps.Portal.Shared.Ledger;
using MLOps.Tests.Fakes;
using MLOps.Tests.Integration.Portal;

namespace MLOps.Tests.Integration.Audit;

/// <summary>The portal is killed with kill -9 at every point of a decision, and started again: ledger and cloud agree, and nothing is done twice.</summary>
public sealed class KillTests
{
    private static readonly string Page = $"/approvals/{IrisStory.Pipeline}/DeployApproval/ApproveDeploy/{IrisStory.Candidate}";

    /// <summary>The point, and whether the cloud has taken the answer by then.</summary>
    public static TheoryData<string, bool> OnePerson => new()
    {
        { FaultPoint.BeforeIntent, false },
        { FaultPoint.AfterIntent, false },
        { FaultPoint.BeforeCall, false },
        { "the answer is lost", true },
        { FaultPoint.AfterCall, true },
        { FaultPoint.BeforeOutcome, true },
        { FaultPoint.AfterOutcome, true },
    };

    [Theory]
    [MemberData(nameof(OnePerson))]
    public async Task Decision_KilledAt_LedgerAndCloudAgreeAfterTheRestart(string point, bool isTaken)
    {
        await using var host = new Host();
        await host.StartAsync(point);
        await host.DieByApprovingAsync("Approver");
        host.Answers.Should().HaveCount(isTaken ? 1 : 0);

        await host.StartAsync("");
        await host.SettledAsync();
        var entries = await host.EntriesAsync();
        entries.Count(e => e.Result == EntryResult.Happened).Should().Be(isTaken ? 1 : 0, "the ledger says what the cloud says");
        entries.Count(e => e.Type == EntryType.Intent).Should().Be(point == FaultPoint.BeforeIntent ? 0 : 1);
        host.Answers.Should().HaveCount(isTaken ? 1 : 0, "nothing is repeated by looking it up");

        // Whoever comes next is told how it stands, or can decide.
        var page = await host.ApproveAsync("Administrator");
        page.Should().Contain(isTaken ? "Approved by Approver" : "Approved by Administrator");
        host.Answers.Should().ContainSingle().Which.Should().Contain(isTaken ? "Approver (approver)" : "Administrator (admin)");
        entries = await host.EntriesAsync();
        var happened = entries.Where(e => e.Result == EntryResult.Happened).Should().ContainSingle().Subject;
        host.Answers[0].Should().EndWith($"\t{happened.Name}");
        LedgerTests.Verify(entries);
    }

    [Theory]
    [InlineData(FaultPoint.BeforeVote, 0)]
    [InlineData(FaultPoint.AfterVote, 1)]
    public async Task Vote_KilledAt_IsThereOrNotAndCountsOnce(string point, int votes)
    {
        await using var host = new Host("--Gates:Pipelines:iris-model-pipeline:Votes=2");
        await host.StartAsync(point);
        await host.DieByApprovingAsync("Approver");

        await host.StartAsync("");
        (await host.EntriesAsync()).Count(e => e.Kind == LedgerKind.Vote).Should().Be(votes);
        await host.ApproveAsync("Approver");
        host.Answers.Should().BeEmpty();
        (await host.ApproveAsync("Administrator")).Should().Contain("Approved by Administrator");
        host.Answers.Should().ContainSingle();
        var entries = await host.EntriesAsync();
        entries.Where(e => e.Kind == LedgerKind.Vote).Select(e => e.Name).Should().BeEquivalentTo("Approver (approver)", "Administrator (admin)");
        LedgerTests.Verify(entries);
    }

    [Fact]
    public async Task LastVote_KilledAfterIt_CanBeBroughtToItsEndByWhoCastIt()
    {
        await using var host = new Host("--Gates:Pipelines:iris-model-pipeline:Votes=2");
        await host.StartAsync("");
        await host.ApproveAsync("Approver");
        await host.StopAsync();
        await host.StartAsync(FaultPoint.AfterVote);
        await host.DieByApprovingAsync("Administrator");
        host.Answers.Should().BeEmpty();

        await host.StartAsync("");
        (await host.ApproveAsync("Administrator")).Should().Contain("Approved by Administrator");
        host.Answers.Should().ContainSingle();
        (await host.EntriesAsync()).Count(e => e.Kind == LedgerKind.Vote).Should().Be(2);
    }

    /// <summary>The portal over a cloud that keeps its answers in a file.</summary>
    private sealed class Host : IAsyncDisposable
    {
        private readonly PortalProcess process;
        private readonly HttpClient http = new();
        private readonly string answers;

        public Host(params string[] settings)
        {
            process = new PortalProcess([.. settings, "--Audit:SettleAfter=00:00:00", "--Audit:LookEvery=00:00:01"])
            {
                Program = PortalProcess.Built("tests/MLOps.Tests.DecisionHost", "MLOps.Tests.DecisionHost.dll"),
            };
            answers = Path.Combine(process.State, "answers");
        }

        public IReadOnlyList<string> Answers => File.Exists(answers) ? File.ReadAllLines(answers) : [];

        public Task StartAsync(string point)
        {
            process.FirstArguments = [answers, point];
            return process.StartAsync(http);
        }

        public Task StopAsync() => process.StopAsync();

        public async Task DieByApprovingAsync(string role)
        {
            var approve = () => ApproveAsync(role);
            await approve.Should().ThrowAsync<HttpRequestException>("the process is gone before it answers");
            await process.EndedAsync();
        }

        /// <summary>Approves what is on the page, and returns the page as it stands afterwards.</summary>
        public async Task<string> ApproveAsync(string role)
        {
            using var browser = PortalHost.At(new Uri(process.Url));
            var link = new Uri(await process.SignInLinkAsync(role)).PathAndQuery;
            await browser.PostAsync("/account/link", await browser.GetAsync(link), ("key", link.Split("key=")[1]));
            var page = await browser.GetAsync(Page);
            if (page.Hidden("digest").Length > 0)
            {
                await browser.PostAsync(Page + "/decision", page, ("decision", "approve"), ("comment", ""),
                    ("digest", page.Hidden("digest")), ("token", page.Hidden("token")), ("evidence", page.Hidden("evidence")));
                page = await browser.GetAsync(Page);
            }
            return page.Html;
        }

        /// <summary>Waits until no intent is without an outcome.</summary>
        public Task SettledAsync() => Eventually.TrueAsync(async () =>
        {
            var entries = await EntriesAsync();
            return entries.Where(e => e.Type == EntryType.Intent).All(i => entries.Any(o => o.Of == i.Sequence));
        }, TimeSpan.FromSeconds(30), "every intent has its outcome");

        public async Task<List<LedgerEntry>> EntriesAsync()
        {
            var options = new DbContextOptionsBuilder<LedgerDbContext>().UseSqlite(new SqliteConnectionStringBuilder { DataSource = Path.Combine(process.State, "portal.db"), Pooling = false }.ConnectionString).Options;
            await using var context = new LedgerDbContext(options);
            return await context.Entries.AsNoTracking().OrderBy(e => e.Sequence).ToListAsync();
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await process.DisposeAsync();
        }
    }
}
