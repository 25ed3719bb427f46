using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Values;
using MLOps.Portal.Features.Timeline;
using MLOps.Portal.Shared.History;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class TimelineRecorderTests : IDisposable, IDbContextFactory<TimelineDbContext>
{
    private static readonly DateTimeOffset At = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly SqliteConnection database = new("Data Source=:memory:");
    private readonly FakeCloud cloud = IrisStory.Cloud(At);
    private readonly TimelineStore store;
    private Dictionary<string, EndpointSummary> before = [];
    private bool isFirst = true;

    public TimelineRecorderTests()
    {
        database.Open();
        using var context = CreateDbContext();
        context.Database.EnsureCreated();
        store = new TimelineStore(this);
    }

    [Fact]
    public async Task Take_DeploymentAfterDeployment_MakesPeriodsWithoutGaps()
    {
        await TakeAsync(At, Endpoint("one", "m1", At));
        await TakeAsync(At.AddMinutes(1), Endpoint("one", "m1", At)); // nothing new
        await TakeAsync(At.AddHours(1), Endpoint("two", "m2", At.AddHours(1)));

        (await PeriodsAsync()).Select(p => (p.Model, p.From, p.To)).Should().Equal(("m1", At, At.AddHours(1)), ("m2", At.AddHours(1), null));
        (await ChangesAsync()).Select(c => c.Kind).Should().Equal(EndpointChangeKind.Deployed, EndpointChangeKind.Created);
    }

    [Fact]
    public async Task Periods_MoreThanAreTold_AreThoseThatBeganLastAndSaySo()
    {
        await using (var context = CreateDbContext())
        {
            context.Served.AddRange(Enumerable.Range(0, IServingHistory.MostPeriods + 5).Select(i => new ServedRow
            {
                Connection = "local", Endpoint = i < 5 ? "a" : "b", Variant = "Main", Model = $"m{i}", Share = 1, From = At.AddMinutes(i), To = At.AddMinutes(i + 1),
            }));
            await context.SaveChangesAsync(None);
        }
        var all = await store.PeriodsAsync("local", At, At.AddYears(1), null, None);
        all.HasMore.Should().BeTrue();
        all.Items.Should().HaveCount(IServingHistory.MostPeriods).And.OnlyContain(p => p.Endpoint == "b").And.BeInAscendingOrder(p => p.From);
        (await store.EndpointsAsync("local", None)).Should().Equal("a", "b");
        var one = await store.PeriodsAsync("local", At, At.AddYears(1), "a", None);
        (one.HasMore, one.Items.Count).Should().Be((false, 5));
    }

    [Fact]
    public async Task Take_ScaledOnly_IsTheSamePeriod()
    {
        await TakeAsync(At, Endpoint("one", "m1", At));
        var scaled = Endpoint("one", "m1", At.AddHours(1));
        await TakeAsync(At.AddHours(1), scaled with { Variants = [scaled.Variants[0] with { CurrentInstances = 5 }] });
        (await PeriodsAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task Take_AfterTheStartAgain_GoesOnWithWhatIsOpen()
    {
        await TakeAsync(At, Endpoint("one", "m1", At), Endpoint("other", "m3", At) with { Name = "other" });
        Restart();
        await TakeAsync(At.AddDays(1), Endpoint("two", "m2", At.AddHours(5)));

        (await PeriodsAsync()).Where(p => p.Endpoint == "e").Select(p => (p.Model, p.To)).Should().Equal(("m1", At.AddHours(5)), ("m2", null));
        (await PeriodsAsync()).Single(p => p.Endpoint == "other").To.Should().Be(At.AddDays(1), "it was deleted while nobody looked");
        (await ChangesAsync())[0].What.Should().Contain("while the portal was not running");
    }

    [Fact]
    public async Task Take_InstancesComeUpAgainAfterTheStart_IsNoChange()
    {
        var serves = Endpoint("one", "m1", At);
        await TakeAsync(At, serves);
        Restart();
        await TakeAsync(At.AddHours(1), serves with { Variants = [serves.Variants[0] with { CurrentInstances = 0, CurrentWeight = 0 }] });
        await TakeAsync(At.AddHours(1).AddSeconds(5), serves);
        (await PeriodsAsync()).Should().ContainSingle().Which.To.Should().BeNull();
        (await ChangesAsync()).Select(c => c.Kind).Should().Equal(EndpointChangeKind.Created);
    }

    [Fact]
    public async Task Take_TwoInstancesOfThePortal_WriteOneRow()
    {
        await TakeAsync(At, Endpoint("one", "m1", At));
        var (mine, first) = (before, isFirst);
        (before, isFirst) = ([], true);
        await TakeAsync(At, Endpoint("one", "m1", At)); // another instance, at its start
        (before, isFirst) = (mine, first);
        await TakeAsync(At.AddHours(1), Endpoint("two", "m2", At.AddHours(1)));
        (before, isFirst) = (new() { ["e"] = Endpoint("one", "m1", At) }, false);
        await TakeAsync(At.AddHours(1), Endpoint("two", "m2", At.AddHours(1)));

        (await PeriodsAsync()).Should().HaveCount(2);
        (await ChangesAsync()).Should().HaveCount(2);
    }

    [Fact]
    public async Task Take_CloudAway_WritesNothing()
    {
        await TakeAsync(At, Endpoint("one", "m1", At));
        var stale = new InventoryState<EndpointSummary>([], At, new(MLOps.Cloud.Faults.CloudFaultKind.Unreachable, "away"));
        (await Recorder().TakeAsync("local", stale, before, false, None)).Should().BeFalse();
        (await PeriodsAsync()).Single().To.Should().BeNull();
    }

    [Fact]
    public async Task Take_Deleted_EndsThePeriod()
    {
        await TakeAsync(At, Endpoint("one", "m1", At));
        await TakeAsync(At.AddHours(2));
        (await PeriodsAsync()).Single().To.Should().Be(At.AddHours(2));
        (await ChangesAsync())[0].Kind.Should().Be(EndpointChangeKind.Deleted);
    }

    public TimelineDbContext CreateDbContext() => new(new DbContextOptionsBuilder<TimelineDbContext>().UseSqlite(database).Options);

    public void Dispose() => database.Dispose();

    private void Restart() => (before, isFirst) = ([], true);

    private async Task TakeAsync(DateTimeOffset now, params EndpointSummary[] endpoints)
    {
        await Recorder().TakeAsync("local", new(endpoints.ToValueList(), now), before, isFirst, None);
        isFirst = false;
    }

    private TimelineRecorder Recorder() => new(cloud, cloud.Endpoints, cloud.Models, store, null!, TimeProvider.System, NullLogger<TimelineRecorder>.Instance);

    private async Task<IReadOnlyList<ServingPeriod>> PeriodsAsync() => (await store.PeriodsAsync("local", At.AddYears(-1), At.AddYears(1), null, None)).Items;

    private Task<IReadOnlyList<EndpointChange>> ChangesAsync() => ((IServingHistory)store).ChangesAsync("local", "e", 200, None);

    private static EndpointSummary Endpoint(string config, string model, DateTimeOffset modified) => new("local", "e", "InService")
    {
        Created = At, Modified = modified, ConfigName = config,
        Variants = [new("Main") { Model = model, CurrentInstances = 1, DesiredInstances = 1, CurrentWeight = 1, DesiredWeight = 1, InstanceType = "ml.m5.large" }],
    };
}
