using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Events;
using MLOps.Cloud.Inventory;

namespace MLOps.Tests.Unit.Cloud;

public sealed class InventoryPaceTests
{
    private static readonly CloudConnection Aws = new("prod", "123456789012", "eu-central-1", ConnectionKind.Aws);
    private static readonly CloudConnection Local = new("local", "123456789012", "us-east-1", ConnectionKind.Embedded, EndpointUrl: "http://127.0.0.1:4566");

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 4, 12, 0, 0, TimeSpan.Zero));
    private readonly CloudOptions options = new();
    private readonly Attention attention;

    public InventoryPaceTests() => attention = new(time);

    [Fact]
    public void Attention_StartThenNobody_EndsAfterAWhile()
    {
        attention.IsPaid.Should().BeTrue("somebody looks after a start");
        time.Advance(TimeSpan.FromMinutes(3));
        attention.IsPaid.Should().BeFalse();
        using (attention.Look())
        {
            time.Advance(TimeSpan.FromHours(1));
            attention.IsPaid.Should().BeTrue("a page is open");
        }
        attention.IsPaid.Should().BeTrue("it was closed just now");
        time.Advance(TimeSpan.FromMinutes(3));
        attention.IsPaid.Should().BeFalse();
        attention.Seen();
        attention.IsPaid.Should().BeTrue();
    }

    [Fact]
    public async Task Attention_SomebodyComesAfterNobody_IsTold()
    {
        var first = attention.ArrivalAsync(TestContext.Current.CancellationToken);
        attention.Seen();
        first.IsCompleted.Should().BeFalse("somebody was there already");
        time.Advance(TimeSpan.FromMinutes(3));
        using var page = attention.Look();
        await first;
        attention.ArrivalAsync(TestContext.Current.CancellationToken).IsCompleted.Should().BeFalse("the next arrival is another one");
    }

    [Fact]
    public void Of_NobodyLooks_IsSlower()
    {
        var pace = Pace();
        (pace.Of(Local, false), pace.Of(Aws, true)).Should().Be((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15)));
        time.Advance(TimeSpan.FromMinutes(3));
        (pace.Of(Local, false), pace.Of(Aws, true)).Should().Be((TimeSpan.FromSeconds(4), TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Of_Settings_Count()
    {
        (options.Inventory.Interval, options.Inventory.IdleInterval) = (TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromMinutes(3));
        Pace().Of(Aws, false).Should().Be(TimeSpan.FromSeconds(30), "it is never quicker than while somebody looks");
        options.Inventory.IdleInterval = TimeSpan.FromMinutes(10);
        Pace().Of(Aws, false).Should().Be(TimeSpan.FromMinutes(10));
    }

    private InventoryPace Pace() => new(Options.Create(options), new EventQueues(Options.Create(options)), attention);
}
