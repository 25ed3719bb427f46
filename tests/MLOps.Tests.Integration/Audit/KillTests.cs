using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MLOps.Ledger;
using MLOps.LocalCloud.Protocol;
using MLOps.Portal.Features.Audit;
using MLOps.Portal.Shared.Ledger;
using MLOps.Tests.Fakes;
using MLOps.Tests.Integration.Portal;

namespace MLOps.Tests.Integration.Audit;

/// <summary>
/// The portal is killed with kill -9 before and after every write and call of a decision, and started again: ledger and cloud agree, and nothing is
/// done twice. The cloud is the local one's CodePipeline, in a process that lives on.
/// </summary>
public abstract class KillTests
{
    /// <summary>The call has arrived, and the cloud has not heard of it yet.</summary>
    private const string OnTheWire = "the call is on the wire";

    /// <summary>The cloud took the answer, and the portal does not hear of it.</summary>
    private const string AnswerLost = "the answer is lost";

    private const string TwoMustAgree = "--Gates:Pipelines:iris-model-pipeline:Votes=2";

    /// <summary>The points in the order in which a decision passes them, and whether the cloud takes the answer of one that is cut off there.</summary>
    private static readonly (string Point, bool IsTaken)[] Points =
    [
        (FaultPoint.BeforeIntent, false),
        (FaultPoint.AfterIntent, false),
        (FaultPoint.BeforeCall, false),
        (OnTheWire, true),
        (AnswerLost, true),
        (FaultPoint.AfterCall, true),
        (FaultPoint.BeforeOutcome, true),
        (FaultPoint.AfterOutcome, true),
    ];

    /// <summary>Which database the portal keeps its ledger in.</summary>
    protected abstract string Database { get; }

    [Fact]
    public async Task Decision_KilledAtEveryPoint_LedgerAndCloudAgreeAfterEachRestart()
    {
        await using var host = await Host.BeginAsync(Database);
        await host.StartAsync();
        foreach (var (point, isTaken) in Points)
        {
            var candidate = await host.NextAsync();
            if (point is OnTheWire)
                await host.DieOnTheWireAsync(candidate);
            else
                await host.DieAtAsync(point, candidate, "Approver");
            await host.SettledAsync();

            var entries = await host.EntriesOfAsync(candidate);
            entries.Count(e => e.Result == EntryResult.Happened).Should().Be(isTaken ? 1 : 0, $"the ledger says what the cloud says ({point})");
            entries.Count(e => e.Type == EntryType.Intent).Should().Be(point == FaultPoint.BeforeIntent ? 0 : 1, point);
            host.AnswersOf(candidate).Should().HaveCount(isTaken ? 1 : 0, $"nothing is repeated by looking it up ({point})");

            // Whoever comes next is told how it stands, or can decide.
            var page = await host.ApproveAsync("Administrator", candidate);
            page.Should().Contain(isTaken ? "Approved by Approver" : "Approved by Administrator", point);
            host.AnswersOf(candidate).Should().ContainSingle(point).Which.Should().Contain(isTaken ? "Approver (approver)" : "Administrator (admin)");
            var happened = (await host.EntriesOfAsync(candidate)).Where(e => e.Result == EntryResult.Happened).Should().ContainSingle(point).Subject;
            (await host.Cloud.EndOfAsync(candidate)).Should().Be(("Succeeded", happened.Name), point);
        }
        await VoteAsync(host);
        LedgerTests.Verify(await host.EntriesAsync());
    }

    /// <summary>A vote that is cut off is there or not, and counts once; the last one can be brought to its end by who cast it.</summary>
    private static async Task VoteAsync(Host host)
    {
        await host.StopAsync();
        await host.StartAsync(TwoMustAgree);
        foreach (var (point, votes) in ((string, int)[])[(FaultPoint.BeforeVote, 0), (FaultPoint.AfterVote, 1)])
        {
            var candidate = await host.NextAsync();
            await host.DieAtAsync(point, candidate, "Approver", TwoMustAgree);
            (await host.EntriesOfAsync(candidate)).Count(e => e.Kind == LedgerKind.Vote).Should().Be(votes, point);
            await host.ApproveAsync("Approver", candidate);
            host.AnswersOf(candidate).Should().BeEmpty(point);
            if (point == FaultPoint.AfterVote)
                await host.DieAtAsync(point, candidate, "Administrator", TwoMustAgree);
            (await host.ApproveAsync("Administrator", candidate)).Should().Contain("Approved by Administrator", point);
            host.AnswersOf(candidate).Should().ContainSingle(point);
            (await host.EntriesOfAsync(candidate)).Where(e => e.Kind == LedgerKind.Vote).Select(e => e.Name).Should().BeEquivalentTo(["Approver (approver)", "Administrator (admin)"], point);
        }
    }

    /// <summary>The portal, which can be killed and started again over what it kept, and the cloud, which lives on.</summary>
    private sealed class Host : IAsyncDisposable
    {
        private readonly PortalProcess process;
        private readonly HttpClient http = new();
        private readonly string connection;
        private readonly string point;
        private readonly List<string> before = [];

        private Host(ApprovalCloud cloud, string connection)
        {
            (Cloud, this.connection) = (cloud, connection);
            string[] database = connection.Length > 0 ? ["--Portal:Database:Provider=Postgres", $"--Portal:Database:ConnectionString={connection}"] : [];
            process = new PortalProcess([.. database, "--Audit:LookEvery=00:00:01", "--Portal:Limits:RequestsPerMinute=600000", "--Portal:Limits:SignInsPerMinute=60000"])
            {
                Program = PortalProcess.Built("tests/MLOps.Tests.DecisionHost", "MLOps.Tests.DecisionHost.dll"),
            };
            point = Path.Combine(process.State, "point");
            process.FirstArguments = [cloud.Url.ToString(), point];
        }

        public ApprovalCloud Cloud { get; }

        public static async Task<Host> BeginAsync(string database)
        {
            var connection = database == "Postgres" ? await PostgresServer.NewDatabaseAsync() : "";
            return new Host(await ApprovalCloud.BeginAsync(), connection);
        }

        /// <summary>What was not there is said at once not to have happened, unless <paramref name="more"/> says otherwise.</summary>
        public Task StartAsync(params string[] more) => process.StartAsync(http, ["--Audit:SettleAfter=00:00:00", .. more]);

        public Task StopAsync() => process.StopAsync();

        /// <summary>A run that waits for its approval.</summary>
        public async Task<string> NextAsync()
        {
            if (before.Count > 0)
                await Cloud.StartAsync();
            before.Add(await Cloud.WaitingAsync(before));
            return before[^1];
        }

        /// <summary>Approves, is killed at the point, and started again.</summary>
        public async Task DieAtAsync(string fatal, string candidate, string role, params string[] settings)
        {
            if (fatal == AnswerLost)
                Cloud.Done = operation => operation == ApprovalCloud.Answer ? process.KillAsync() : Task.CompletedTask;
            else
                await File.WriteAllTextAsync(point, fatal);
            var approve = () => ApproveAsync(role, candidate);
            await approve.Should().ThrowAsync<HttpRequestException>("the process is gone before it answers");
            await process.EndedAsync();
            File.Delete(point);
            Cloud.Done = null;
            await StartAsync(settings);
        }

        /// <summary>Is killed when the answer has arrived at the cloud, which takes it only after the portal has been started again.</summary>
        public async Task DieOnTheWireAsync(string candidate)
        {
            var late = new TaskCompletionSource();
            Cloud.Arrived = async operation =>
            {
                if (operation != ApprovalCloud.Answer)
                    return;
                Cloud.Arrived = null;
                await process.KillAsync();
                await late.Task;
            };
            var approve = () => ApproveAsync("Approver", candidate);
            await approve.Should().ThrowAsync<HttpRequestException>("the process is gone before it answers");
            await process.EndedAsync();
            await StartAsync("--Audit:SettleAfter=00:30:00");
            (await ApproveAsync("Administrator", candidate)).Should().NotContain("Approved by", "what may be on its way is not done by another");
            (await EntriesOfAsync(candidate)).Should().ContainSingle("it is not settled yet").Which.Type.Should().Be(EntryType.Intent);
            late.SetResult();
        }

        /// <summary>The answers to an approval that arrived at the cloud and counted there.</summary>
        public IReadOnlyList<string> AnswersOf(string candidate) =>
            [.. Cloud.Sent.Where(s => tokens.TryGetValue(candidate, out var token) && s.Required("token") == token).Select(s => s.Object("result")!.Required("summary"))];

        private readonly Dictionary<string, string> tokens = [];

        /// <summary>Approves what is on the page, and returns the page as it stands afterwards.</summary>
        public async Task<string> ApproveAsync(string role, string candidate)
        {
            if (!tokens.ContainsKey(candidate))
                tokens[candidate] = await Cloud.TokenAsync();
            var address = $"/approvals/{IrisStory.Pipeline}/{ApprovalCloud.Stage}/{ApprovalCloud.Action}/{candidate}";
            using var browser = PortalHost.At(new Uri(process.Url));
            if (!cookies.TryGetValue(role, out var known))
            {
                var link = new Uri(await process.SignInLinkAsync(role)).PathAndQuery;
                await browser.PostAsync("/account/link", await browser.GetAsync(link), ("key", link.Split("key=")[1]));
                cookies[role] = browser.Cookies.GetAllCookies();
            }
            else
            {
                // People do not sign in again because the portal was started again.
                browser.Cookies.Add(known);
            }
            var page = await browser.GetCompleteAsync(address);
            if (page.Hidden("digest").Length > 0)
            {
                await browser.PostAsync(address + "/decision", page, ("decision", "approve"), ("comment", ""),
                    ("digest", page.Hidden("digest")), ("token", page.Hidden("token")), ("evidence", page.Hidden("evidence")));
                page = await browser.GetAsync(address);
            }
            return page.Html;
        }

        private readonly Dictionary<string, System.Net.CookieCollection> cookies = [];

        /// <summary>Waits until no intent is without an outcome.</summary>
        public Task SettledAsync() => Eventually.TrueAsync(async () =>
        {
            var entries = await EntriesAsync();
            return entries.Where(e => e.Type == EntryType.Intent).All(i => entries.Any(o => o.Of == i.Sequence && o.Result != EntryResult.Lost));
        }, TimeSpan.FromSeconds(60), "every intent has its outcome");

        public async Task<IReadOnlyList<LedgerEntry>> EntriesOfAsync(string candidate) => [.. (await EntriesAsync()).Where(e => e.Object.Contains(candidate, StringComparison.Ordinal) && e.Kind != LedgerKind.Outside)];

        public async Task<List<LedgerEntry>> EntriesAsync()
        {
            var options = new DbContextOptionsBuilder<LedgerDbContext>();
            if (connection.Length > 0)
                options.UseNpgsql(connection);
            else
                options.UseSqlite(new SqliteConnectionStringBuilder { DataSource = Path.Combine(process.State, "portal.db"), Pooling = false }.ConnectionString);
            await using var context = new LedgerDbContext(options.Options);
            return await context.Entries.AsNoTracking().OrderBy(e => e.Sequence).ToListAsync();
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await process.DisposeAsync();
            await Cloud.DisposeAsync();
        }
    }
}

/// <inheritdoc/>
public sealed class SqliteKillTests : KillTests
{
    protected override string Database => "Sqlite";
}

/// <inheritdoc/>
public sealed class PostgresKillTests : KillTests
{
    protected override string Database => "Postgres";
}
