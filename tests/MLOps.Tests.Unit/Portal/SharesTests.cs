using MLOps.Cloud.Endpoints;
using MLOps.Portal.Features.Approvals.Promotion;

namespace MLOps.Tests.Unit.Portal;

public sealed class SharesTests
{
    [Fact]
    public void Of_WeightsOfAnySize_MakeAHundred() =>
        Shares.Of(Endpoint(("Champion", 3), ("Challenger", 1))).Words.Should().Be("Champion 75 %, Challenger 25 %");

    [Fact]
    public void Of_SinglePrecisionWeights_AreWhatPeopleWrote() =>
        Shares.Of(Endpoint(("Champion", 0.9f), ("Challenger", 0.1f))).Equal(new Shares([new("Champion", 90), new("Challenger", 10)])).Should().BeTrue();

    [Theory]
    [InlineData(60, 40, true)]
    [InlineData(0, 100, true)]
    [InlineData(60, 50, false)]
    [InlineData(-10, 110, false)]
    [InlineData(double.NaN, 100, false)]
    public void Fault_OfSharesThatMakeNoHundred_SaysSo(double champion, double challenger, bool isRight) =>
        (new Shares([new("Champion", champion), new("Challenger", challenger)]).Fault() is null).Should().Be(isRight);

    [Fact]
    public void Json_ReadBack_IsTheSame()
    {
        var shares = new Shares([new("Champion", 33.3333), new("Challenger", 66.6667)]);
        Shares.Read(shares.ToJson()).Equal(shares).Should().BeTrue();
        Shares.Read("").All.Should().BeEmpty();
        shares.AllTo("Champion").ToWeights().Should().BeEquivalentTo(new Dictionary<string, double> { ["Champion"] = 1, ["Challenger"] = 0 });
    }

    private static EndpointSummary Endpoint(params (string Name, double Weight)[] variants) =>
        new("local", "e", "InService") { Variants = [.. variants.Select(v => new VariantState(v.Name) { DesiredWeight = v.Weight, CurrentWeight = v.Weight })] };
}
