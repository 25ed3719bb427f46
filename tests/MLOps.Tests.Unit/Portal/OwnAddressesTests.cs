using MLOps.Portal.Features.Playground.Requests;

namespace MLOps.Tests.Unit.Portal;

public sealed class OwnAddressesTests
{
    private readonly OwnAddresses own = new();

    [Fact]
    public void Arrive_WhereThePageSentTheBrowser_IsItsOwn_InOrderAndTwice()
    {
        own.Write("a");
        own.Write("b");
        own.Write("a");
        own.Latest.Should().Be("a");

        own.Arrive("a").Should().BeTrue();
        own.Arrive("b").Should().BeTrue();
        own.Latest.Should().Be("a", "it is not reached for the second time");
        own.Arrive("a").Should().BeTrue();
        own.Latest.Should().BeNull();
        own.Arrive("a").Should().BeFalse("now somebody else goes there");
    }

    [Fact]
    public void Arrive_PastAnAddressThatWasOvertaken_IsItsOwn()
    {
        own.Write("a");
        own.Write("b");
        own.Arrive("b").Should().BeTrue();
        own.Arrive("a").Should().BeFalse();
    }

    [Fact]
    public void Arrive_WhereAPersonGoes_MakesTheOthersNews()
    {
        own.Write("a");
        own.Arrive("elsewhere").Should().BeFalse();
        own.Latest.Should().BeNull();
        own.Arrive("a").Should().BeFalse();
    }
}
