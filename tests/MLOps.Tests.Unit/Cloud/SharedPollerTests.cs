using Microsoft.Extensions.Time.Testing;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;

namespace MLOps.Tests.Unit.Cloud;

public sealed class SharedPollerTests
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(15);
    private readonly FakeTimeProvider time = new();
    private readonly SharedPoller<string, string> poller;
    private int reads;
    private CloudFault? fault;

    public SharedPollerTests() => poller = new SharedPoller<string, string>((key, _) =>
    {
        var n = Interlocked.Increment(ref reads);
        return fault is null ? Task.FromResult($"{key}{n}") : throw new CloudException(fault);
    }, Pace, time);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_ManyPeople_ShareTheReads()
    {
        await using var people = new People(poller, 20, "a");
        (await people.NextAsync()).Should().AllSatisfy(s => s.Value.Should().Be("a1"));
        time.Advance(Pace);
        (await people.NextAsync()).Should().AllSatisfy(s => s.Value.Should().Be("a2"));
        reads.Should().Be(2);

        await using var late = new People(poller, 1, "a");
        (await late.NextAsync()).Single().Value.Should().Be("a2", "who comes later need not wait for the next look");
        await using var other = new People(poller, 1, "b");
        (await other.NextAsync()).Single().Value.Should().Be("b3");
    }

    [Fact]
    public async Task Watch_LastOneGoes_NothingIsReadAnyMore()
    {
        await using (var people = new People(poller, 2, "a"))
            await people.NextAsync();
        poller.Count.Should().Be(0);
        time.Advance(Pace * 3);
        reads.Should().Be(1);
        await using var again = new People(poller, 1, "a");
        (await again.NextAsync()).Single().Value.Should().Be("a2");
    }

    [Fact]
    public async Task Watch_CloudRefuses_KeepsTheValueAndSaysWhy()
    {
        await using var people = new People(poller, 1, "a");
        await people.NextAsync();
        fault = new CloudFault(CloudFaultKind.Throttled, "slow down");
        time.Advance(Pace);
        (await people.NextAsync()).Single().Should().Be(new Watched<string>("a1", fault));
        fault = null;
        time.Advance(Pace);
        (await people.NextAsync()).Single().Should().Be(new Watched<string>("a3", null));
    }

    /// <summary>Several who watch the same thing; each looks when the test says so.</summary>
    private sealed class People(SharedPoller<string, string> poller, int count, string key) : IAsyncDisposable
    {
        private readonly List<IAsyncEnumerator<Watched<string>>> watching = [.. Enumerable.Range(0, count).Select(_ => poller.WatchAsync(key, Cancelled).GetAsyncEnumerator(Cancelled))];

        public async Task<List<Watched<string>>> NextAsync()
        {
            var seen = new List<Watched<string>>();
            foreach (var one in watching)
            {
                (await one.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30))).Should().BeTrue();
                seen.Add(one.Current);
            }
            return seen;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var one in watching)
                await one.DisposeAsync();
        }
    }
}
