using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Values;

namespace MLOps.Tests.Unit.Cloud;

public sealed class CollectorTests
{
    private static readonly CloudFault Throttled = new(CloudFaultKind.Throttled, "Too many calls.", "ThrottlingException");

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2025, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeSource source = new();
    private readonly Collector<Thing> collector;
    private TimeSpan interval = TimeSpan.FromSeconds(1);

    public CollectorTests() => collector = new(connection: "local", source, () => interval, time, NullLogger.Instance);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Subscribe_BeforeFirstSweep_HandsOutLoadingThenSortedItems()
    {
        source.Things = [new("b", 1), new("a", 1)];
        var (state, changes) = collector.State.Subscribe();
        state.IsLoading.Should().BeTrue();

        await collector.SweepAsync(Cancelled);

        await foreach (var next in changes.WithCancellation(Cancelled))
        {
            next.Items.Should().Equal(new Thing("a", 1), new Thing("b", 1));
            next.AsOf.Should().Be(time.GetUtcNow());
            break;
        }
    }

    [Fact]
    public async Task Changes_SlowReader_GetsTheLatestStateOnly()
    {
        source.Things = [new("a", 0)];
        await collector.SweepAsync(Cancelled);
        await using var reader = collector.State.Subscribe().Changes.GetAsyncEnumerator(Cancelled);
        for (var version = 1; version <= 5; version++)
        {
            source.Things = [new("a", version)];
            await collector.SweepAsync(Cancelled);
        }

        (await reader.MoveNextAsync()).Should().BeTrue();
        reader.Current.Items.Should().Equal(new Thing("a", 5));
        var further = reader.MoveNextAsync();
        further.IsCompleted.Should().BeFalse("nothing else changed");
        source.Things = [];
        await collector.SweepAsync(Cancelled);
        (await further).Should().BeTrue();
        reader.Current.Items.Should().BeEmpty();
    }

    [Fact]
    public async Task Sweep_NothingChanged_PublishesNothingAndMovesTheAge()
    {
        source.Things = [new("a", 1)];
        await collector.SweepAsync(Cancelled);
        var published = collector.State.Value;
        time.Advance(TimeSpan.FromMinutes(1));

        await collector.SweepAsync(Cancelled);

        collector.State.Value.Should().BeSameAs(published);
        collector.Current.AsOf.Should().Be(time.GetUtcNow());
    }

    [Fact]
    public async Task Sweep_CloudThrottles_KeepsItemsWithTheirAgeAndRecovers()
    {
        source.Things = [new("a", 1)];
        await collector.SweepAsync(Cancelled);
        var known = time.GetUtcNow();
        time.Advance(TimeSpan.FromSeconds(30));
        source.Fault = Throttled;

        await collector.SweepAsync(Cancelled);

        var state = collector.Current;
        state.IsStale.Should().BeTrue();
        state.AsOf.Should().Be(known);
        state.Fault.Should().Be(Throttled);
        state.Items.Should().Equal(new Thing("a", 1));

        source.Fault = null;
        await collector.SweepAsync(Cancelled);
        collector.Current.IsStale.Should().BeFalse();
    }

    [Fact]
    public async Task Sweep_FirstOneFails_IsNeitherLoadingNorStale()
    {
        source.Fault = Throttled;
        await collector.SweepAsync(Cancelled);
        var state = collector.Current;
        (state.IsLoading, state.IsStale, state.Fault).Should().Be((false, false, Throttled));
    }

    [Fact]
    public async Task Run_CloudThrottles_SlowsDownAndComesBack()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        source.Fault = Throttled;
        var run = collector.RunAsync(stop.Token);
        await source.SweptAsync(1);

        await AdvanceAsync(TimeSpan.FromSeconds(1));
        source.Sweeps.Should().Be(1, "after a failure the next try is two intervals away");
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await source.SweptAsync(2);
        await AdvanceAsync(TimeSpan.FromSeconds(3));
        source.Sweeps.Should().Be(2, "after two failures it is four intervals away");
        source.Fault = null;
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await source.SweptAsync(3);
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await source.SweptAsync(4);

        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Run_IntervalChanges_GoesOnAtTheNewPace()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var run = collector.RunAsync(stop.Token);
        await source.SweptAsync(1);
        interval = TimeSpan.FromSeconds(10);
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await source.SweptAsync(2);
        await AdvanceAsync(TimeSpan.FromSeconds(9));
        source.Sweeps.Should().Be(2, "events tell of changes now");
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await source.SweptAsync(3);

        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Sweep_SourceTellsChanges_AsksForAllEverySoOftenAndAfterAFailure()
    {
        var incremental = new IncrementalSource();
        var collecting = new Collector<Thing>("local", incremental, () => interval, time, NullLogger.Instance, fullEvery: TimeSpan.FromMinutes(5));
        await collecting.SweepAsync(Cancelled);
        await collecting.SweepAsync(Cancelled);
        time.Advance(TimeSpan.FromMinutes(4));
        await collecting.SweepAsync(Cancelled);
        incremental.Asked.Should().Equal("all", "changed", "changed");
        time.Advance(TimeSpan.FromMinutes(1));
        await collecting.SweepAsync(Cancelled);
        incremental.Fault = Throttled;
        await collecting.SweepAsync(Cancelled);
        incremental.Fault = null;
        await collecting.SweepAsync(Cancelled);
        await collecting.SweepAsync(Cancelled);
        incremental.Asked.Skip(3).Should().Equal("all", "changed", "all", "changed");
    }

    [Fact]
    public async Task Hurry_WhileItWaitsLong_SweepsAtOnceAndGoesOnAtTheNewPace()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        interval = TimeSpan.FromMinutes(1);
        var run = collector.RunAsync(stop.Token);
        await source.SweptAsync(1);
        interval = TimeSpan.FromSeconds(1);
        await AdvanceAsync(TimeSpan.FromSeconds(2));
        source.Sweeps.Should().Be(1);

        await collector.HurryAsync(Cancelled);
        source.Sweeps.Should().Be(2);
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await source.SweptAsync(3);

        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Run_Stopped_EndsEverySubscription()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var run = collector.RunAsync(stop.Token);
        await source.SweptAsync(1);
        var (_, changes) = collector.State.Subscribe();
        await stop.CancelAsync();
        await run;

        var seen = new List<InventoryState<Thing>>();
        await foreach (var state in changes.WithCancellation(Cancelled))
            seen.Add(state);
        seen.Count.Should().BeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task Refresh_DuringAnOlderSweep_IsNotOverwrittenByIt()
    {
        source.Things = [new("a", 1), new("b", 1)];
        await collector.SweepAsync(Cancelled);
        source.Hold = new TaskCompletionSource();
        var sweep = collector.SweepAsync(Cancelled);
        await source.SweptAsync(2);
        source.Things = [new("a", 2)];

        await collector.RefreshAsync("a", Cancelled);
        await collector.RefreshAsync("b", Cancelled);
        collector.Current.Items.Should().Equal(new Thing("a", 2));
        source.Hold.SetResult();
        await sweep;

        collector.Current.Items.Should().Equal(new Thing("a", 2));
    }

    [Fact]
    public async Task Refresh_WhileAnotherOneReads_IsNotOverwrittenByItsOlderAnswer()
    {
        source.Things = [new("a", 1)];
        await collector.SweepAsync(Cancelled);
        source.HoldOne = new TaskCompletionSource();
        var early = collector.RefreshAsync("a", Cancelled);
        source.Things = [new("a", 2)];
        var late = collector.RefreshAsync("a", Cancelled);
        source.HoldOne.SetResult();
        await Task.WhenAll(early, late);

        collector.Current.Items.Should().Equal(new Thing("a", 2));
    }

    [Fact]
    public async Task Refresh_ThatBeganBeforeASweep_DoesNotOverwriteTheSweepsNewerAnswer()
    {
        source.Things = [new("a", 1)];
        await collector.SweepAsync(Cancelled);
        source.HoldOne = new TaskCompletionSource();
        var early = collector.RefreshAsync("a", Cancelled);
        source.Things = [new("a", 2)];
        source.Hold = new TaskCompletionSource();
        var sweep = collector.SweepAsync(Cancelled);
        source.HoldOne.SetResult();
        await early;
        source.Hold.SetResult();
        await sweep;

        collector.Current.Items.Should().Equal(new Thing("a", 2));
    }

    [Fact]
    public async Task Refresh_OneThatWaitsIsGivenUp_TheNextStillComesAfterTheOneBefore()
    {
        source.Things = [new("a", 1)];
        await collector.SweepAsync(Cancelled);
        using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        source.HoldOne = new TaskCompletionSource();
        var early = collector.RefreshAsync("a", Cancelled);
        var waiting = collector.RefreshAsync("a", givenUp.Token);
        await givenUp.CancelAsync();
        await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<OperationCanceledException>();
        source.Things = [new("a", 2)];
        var late = collector.RefreshAsync("a", Cancelled);
        source.HoldOne.SetResult();
        await Task.WhenAll(early, late);

        collector.Current.Items.Should().Equal(new Thing("a", 2));
    }

    [Fact]
    public async Task Refresh_CloudRefuses_ThrowsAndKeepsTheState()
    {
        source.Things = [new("a", 1)];
        await collector.SweepAsync(Cancelled);
        source.Fault = Throttled;

        var refresh = () => collector.RefreshAsync("a", Cancelled);

        (await refresh.Should().ThrowAsync<CloudException>()).Which.Fault.Should().Be(Throttled);
        collector.Current.Fault.Should().BeNull();
    }

    /// <summary>Moves time, and lets the collector's continuations run up to their next wait.</summary>
    private async Task AdvanceAsync(TimeSpan by)
    {
        time.Advance(by);
        for (var i = 0; i < 20; i++)
            await Task.Yield();
        await Task.Delay(20, Cancelled);
    }

    private sealed class IncrementalSource : IIncrementalSource<Thing>
    {
        public List<string> Asked { get; } = [];

        public CloudFault? Fault { get; set; }

        public string Kind => "things";

        public IComparer<Thing> Order { get; } = Comparer<Thing>.Create((x, y) => string.CompareOrdinal(x.Name, y.Name));

        public string Key(Thing item) => item.Name;

        public Task<IReadOnlyList<Thing>> ReadAllAsync(string connection, ValueList<Thing> known, CancellationToken cancelled) => Answer("all");

        public Task<IReadOnlyList<Thing>> ReadChangedAsync(string connection, ValueList<Thing> known, CancellationToken cancelled) => Answer("changed");

        public Task<Thing?> ReadAsync(string connection, string key, CancellationToken cancelled) => Task.FromResult<Thing?>(null);

        private Task<IReadOnlyList<Thing>> Answer(string how)
        {
            Asked.Add(how);
            return Fault is null ? Task.FromResult<IReadOnlyList<Thing>>([new("a", 1)]) : throw new CloudException(Fault);
        }
    }

    private sealed record Thing(string Name, int Version);

    private sealed class FakeSource : IInventorySource<Thing>
    {
        private TaskCompletionSource? held;

        public string Kind => "things";

        public IComparer<Thing> Order { get; } = Comparer<Thing>.Create((x, y) => string.CompareOrdinal(x.Name, y.Name));

        public IReadOnlyList<Thing> Things { get; set; } = [];

        public CloudFault? Fault { get; set; }

        public TaskCompletionSource? Hold { get; set; }

        /// <summary>Holds the next answer about one thing, which is read already.</summary>
        public TaskCompletionSource? HoldOne { get; set; }

        public int Sweeps { get; private set; }

        public string Key(Thing item) => item.Name;

        public async Task<IReadOnlyList<Thing>> ReadAllAsync(string connection, ValueList<Thing> known, CancellationToken cancelled)
        {
            Sweeps++;
            var read = Things;
            if (Hold is not null)
                await Hold.Task;
            return Fault is null ? read : throw new CloudException(Fault);
        }

        public async Task<Thing?> ReadAsync(string connection, string key, CancellationToken cancelled)
        {
            var read = Things.FirstOrDefault(t => t.Name == key);
            if (held is null && HoldOne is not null)
                await (held = HoldOne).Task;
            return Fault is null ? read : throw new CloudException(Fault);
        }

        public async Task SweptAsync(int times)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            deadline.CancelAfter(TimeSpan.FromSeconds(10));
            while (Sweeps < times)
                await Task.Delay(5, deadline.Token);
        }
    }
}
