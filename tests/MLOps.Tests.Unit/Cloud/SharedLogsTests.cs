using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Telemetry;

namespace MLOps.Tests.Unit.Cloud;

public sealed class SharedLogsTests
{
    private static readonly LogSource Source = LogSource.Endpoint("e");
    private readonly SharedLogs logs;
    private Channel<IReadOnlyList<LogLine>> written = Channel.CreateUnbounded<IReadOnlyList<LogLine>>();
    private int opened;

    public SharedLogsTests() => logs = new SharedLogs(Open);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Follow_ManyPeople_ShareOneReaderAndMissNothing()
    {
        await using var first = Follow();
        Write("a", "b");
        (await TakeAsync(first, 2)).Should().Equal("a", "b");
        await using var late = Follow();
        (await TakeAsync(late, 2)).Should().Equal("a", "b");
        Write("c");
        (await TakeAsync(first, 1)).Should().Equal("c");
        (await TakeAsync(late, 1)).Should().Equal("c");
        opened.Should().Be(1);
    }

    [Fact]
    public async Task Follow_LogEnds_EndsForAll()
    {
        await using var first = Follow();
        await using var second = Follow();
        Write("a");
        (await TakeAsync(first, 1)).Should().Equal("a");
        (await TakeAsync(second, 1)).Should().Equal("a");
        written.Writer.Complete();
        (await first.MoveNextAsync()).Should().BeFalse();
        (await second.MoveNextAsync()).Should().BeFalse();
        (opened, logs.Count).Should().Be((1, 0));
    }

    [Fact]
    public async Task Follow_CloudRefuses_IsToldAndTheNextOneStartsAnew()
    {
        var first = Follow();
        written.Writer.Complete(new CloudException(new CloudFault(CloudFaultKind.Denied, "no")));
        await first.Invoking(async f => await f.MoveNextAsync()).Should().ThrowAsync<CloudException>();
        written = Channel.CreateUnbounded<IReadOnlyList<LogLine>>();
        await using var again = Follow();
        Write("a");
        (await TakeAsync(again, 1)).Should().Equal("a");
        await first.DisposeAsync();
        logs.Count.Should().Be(1, "the one that failed takes nothing from the next");
    }

    [Fact]
    public async Task Follow_FromEarlierThanTheOthers_GetsWhatTheyDidNotAskFor()
    {
        await using var late = Follow(At(10));
        Write("a");
        await TakeAsync(late, 1);
        // The channel of the first one stays with it; the second reads another.
        written = Channel.CreateUnbounded<IReadOnlyList<LogLine>>();
        Write("before", "a");
        await using var whole = Follow(null);
        (await TakeAsync(whole, 2)).Should().Equal("before", "a");
        opened.Should().Be(2);
    }

    [Fact]
    public async Task Follow_LastOneGoes_NothingIsReadAnyMore()
    {
        var one = Follow();
        Write("a");
        await TakeAsync(one, 1);
        await one.DisposeAsync();
        logs.Count.Should().Be(0);
    }

    private IAsyncEnumerator<LogLine> Follow(DateTimeOffset? from = null) =>
        logs.FollowAsync(new SharedLogs.Wanted("local", Source, from, null), Cancelled).GetAsyncEnumerator(Cancelled);

    private void Write(params string[] lines) => written.Writer.TryWrite([.. lines.Select(l => new LogLine(At(20), l, "s"))]);

    private async IAsyncEnumerable<IReadOnlyList<LogLine>> Open(SharedLogs.Wanted wanted, [EnumeratorCancellation] CancellationToken cancelled)
    {
        Interlocked.Increment(ref opened);
        var mine = written;
        await foreach (var batch in mine.Reader.ReadAllAsync(cancelled))
            yield return batch;
    }

    private static async Task<List<string>> TakeAsync(IAsyncEnumerator<LogLine> log, int count)
    {
        var taken = new List<string>();
        while (taken.Count < count && await log.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)))
            taken.Add(log.Current.Message);
        return taken;
    }

    private static DateTimeOffset At(int second) => new(2026, 1, 1, 0, 0, second, TimeSpan.Zero);
}
