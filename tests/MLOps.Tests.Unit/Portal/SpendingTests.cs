using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Prices;
using MLOps.Portal.Features.Overview;
using MLOps.Portal.Shared.Text;

namespace MLOps.Tests.Unit.Portal;

public sealed class SpendingTests : IPriceTable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public PriceSource Source => new("test", new(2026, 1, 1), "USD");

    public InstancePrice? Find(string instanceType, string region, InstanceUse use) => instanceType switch
    {
        "ml.m5.large" when use == InstanceUse.Hosting => new(0.1m, region, true),
        "ml.c5.large" => new(0.2m, "us-east-1", false),
        _ => null,
    };

    [Fact]
    public void Of_OlderThanTheMonth_CountsFromItsFirstDay()
    {
        var spend = EndpointSpend.Of(Endpoint(90, ("ml.m5.large", 2), ("ml.c5.large", 1)), this, "eu-central-1", Now);
        (spend.Instances, spend.PerHour, spend.Monthly, spend.IsExact).Should().Be((3, 0.4m, 292m, false));
        (spend.InstanceHours, spend.ThisMonth).Should().Be((3 * 84.0, 33.6m), "three days and a half");
    }

    [Fact]
    public void Of_CreatedThisMonth_CountsFromThen() => EndpointSpend.Of(Endpoint(1, ("ml.m5.large", 1)), this, "us-east-1", Now).ThisMonth.Should().Be(2.4m);

    [Fact]
    public void Of_TypeWithoutAPrice_SaysSo()
    {
        var spend = EndpointSpend.Of(Endpoint(1, ("ml.new.large", 1)), this, "us-east-1", Now);
        spend.PerHour.Should().BeNull();
        spend.Unpriced.Should().Equal("ml.new.large");
        EndpointSpend.Of(Endpoint(1, ("ml.new.large", 1), ("ml.m5.large", 1)), this, "us-east-1", Now).PerHour.Should().Be(0.1m);
    }

    [Theory]
    [InlineData(0, "USD", "$0")]
    [InlineData(0.115, "USD", "$0.115")]
    [InlineData(0.0004, "USD", "$0.00")]
    [InlineData(84.2, "EUR", "€84.20")]
    [InlineData(1204.4, "CHF", "CHF 1,204")]
    public void Money_HasTheDigitsThatMatter(double amount, string currency, string expected) => Words.Money((decimal)amount, currency).Should().Be(expected);

    private static EndpointSummary Endpoint(double days, params (string Type, int Count)[] variants) => new("local", "e", "InService")
    {
        Created = Now.AddDays(-days), Variants = [.. variants.Select((v, i) => new VariantState($"v{i}") { InstanceType = v.Type, CurrentInstances = v.Count, DesiredInstances = v.Count })],
    };
}
