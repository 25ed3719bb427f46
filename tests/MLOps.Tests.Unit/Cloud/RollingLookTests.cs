using MLOps.Cloud.Inventory;

namespace MLOps.Tests.Unit.Cloud;

public sealed class RollingLookTests
{
    private readonly RollingLook look = new(3);

    [Fact]
    public void Next_Few_HaveTheirTurnEachTime()
    {
        look.Next("local", ["b", "a", "c"]).Should().BeEquivalentTo("a", "b", "c");
        look.Next("local", ["b", "a", "c"]).Should().BeEquivalentTo("a", "b", "c");
    }

    [Fact]
    public void Next_Many_HaveTheirTurnsOneAfterTheOther()
    {
        string[] names = ["a", "b", "c", "d", "e"];
        look.Next("local", names).Should().BeEquivalentTo("a", "b", "c");
        look.Next("local", names).Should().BeEquivalentTo("d", "e", "a");
        look.Next("local", names).Should().BeEquivalentTo("b", "c", "d");
    }

    [Fact]
    public void Next_OthersMeanwhile_GoesOnBehindTheLastOne()
    {
        look.Next("local", ["a", "b", "c", "d"]);
        look.Next("local", ["bb", "d", "e", "f"]).Should().BeEquivalentTo("d", "e", "f");
    }

    [Fact]
    public void Next_AnotherConnection_HasTurnsOfItsOwn()
    {
        look.Next("one", ["a", "b", "c", "d"]);
        look.Next("two", ["a", "b", "c", "d"]).Should().BeEquivalentTo("a", "b", "c");
    }
}
