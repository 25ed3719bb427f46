using Microsoft.Extensions.Time.Testing;
using MLOps.Cloud.Connections;

namespace MLOps.Tests.Unit.Cloud;

public sealed class TokenBucketTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task Take_MoreThanTheBurst_WaitsItsTurn()
    {
        var bucket = new TokenBucket(perSecond: 2, burst: 2, time);
        var takes = Enumerable.Range(0, 4).Select(_ => bucket.TakeAsync(TestContext.Current.CancellationToken)).ToList();
        takes.Select(t => t.IsCompleted).Should().Equal(true, true, false, false);

        time.Advance(TimeSpan.FromMilliseconds(500));
        await takes[2];
        takes[3].IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromMilliseconds(500));
        await takes[3];
    }

    [Fact]
    public void Take_AfterARest_PassesABurstOnly()
    {
        var bucket = new TokenBucket(perSecond: 2, burst: 2, time);
        time.Advance(TimeSpan.FromHours(1));
        Enumerable.Range(0, 3).Select(_ => bucket.TakeAsync(TestContext.Current.CancellationToken).IsCompleted)
            .Should().Equal(true, true, false);
    }

    [Fact]
    public async Task HoldOff_AfterThrottling_HoldsEveryCaller()
    {
        var bucket = new TokenBucket(perSecond: 10, burst: 5, time);
        bucket.HoldOff(TimeSpan.FromSeconds(2));
        var take = bucket.TakeAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(1.9));
        take.IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromSeconds(0.2));
        await take;
    }
}
