using Microsoft.Extensions.Options;
using MLOps.Cloud.Prices;

namespace MLOps.Tests.Unit.Cloud;

public sealed class PriceTableTests
{
    [Fact]
    public void Find_ShippedTable_KnowsTheWorkshopsInstances()
    {
        var table = new PriceTable(Options.Create(new PriceOptions()));
        table.Source.Currency.Should().Be("USD");
        table.Source.Name.Should().Contain("aws.amazon.com/sagemaker/pricing");
        var price = table.Find("ml.m5.large", "us-east-1", InstanceUse.Hosting)!;
        (price.IsExact, price.PerHour > 0, price.Monthly(2)).Should().Be((true, true, price.PerHour * 1460));
        table.Find("ml.m5.large", "eu-central-1", InstanceUse.Training).Should().Match<InstancePrice>(p => !p.IsExact && p.Region == "us-east-1");
        table.Find("ml.t2.medium", "us-east-1", InstanceUse.Training).Should().BeNull("training is not offered on it");
        table.Find("ml.unknown", "us-east-1", InstanceUse.Hosting).Should().BeNull();
    }

    [Fact]
    public void Find_Transform_CostsWhatHostingDoesWhereTheTableSaysNothingElse()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, """{"source":"x","asOf":"2026-01-01","currency":"EUR","defaultRegion":"eu","regions":{"eu":{"ml.a":{"training":1,"hosting":2},"ml.b":{"hosting":2,"transform":3}}}}""");
            var table = new PriceTable(Options.Create(new PriceOptions { File = file }));
            table.Find("ml.a", "eu", InstanceUse.Transform)!.PerHour.Should().Be(2);
            table.Find("ml.b", "eu", InstanceUse.Transform)!.PerHour.Should().Be(3);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("{", "*cannot be used*")]
    [InlineData("""{"source":"x","asOf":"2026-01-01","currency":"EUR","defaultRegion":"eu","regions":{}}""", "*do not hold its defaultRegion 'eu'*")]
    [InlineData("""{"source":"x","asOf":"2026-01-01","currency":"EUR","defaultRegion":"eu","regions":{"eu":{"ml.a":{"hosting":-1}}}}""", "*the price of ml.a is below zero*")]
    [InlineData("""{"asOf":"2026-01-01","currency":"EUR","defaultRegion":"eu","regions":{"eu":{}}}""", "*source*")]
    public void Validate_FaultyFile_IsToldAtStart(string json, string why)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, json);
            new PriceOptionsValidator().Validate(null, new PriceOptions { File = file }).FailureMessage.Should().Match(why);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Validate_NoSuchFile_IsToldAtStart() =>
        new PriceOptionsValidator().Validate(null, new PriceOptions { File = "/no/such/prices.json" }).FailureMessage.Should().Contain("/no/such/prices.json");
}
