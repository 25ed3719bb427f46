using MLOps.Cloud.Endpoints;

namespace MLOps.Tests.Unit.Cloud;

public sealed class InputSignaturesTests
{
    [Fact]
    public void Read_HeadAndNamedTarget_TellsColumnsTypesAndRanges()
    {
        var read = InputSignatures.Read("s3://b/k", "species,length,petals,colour\nsetosa,5.1,3,red\nvirginica,7.4,5,\"blue, dark\"\n", isWhole: true, "species")!;
        read.Rows.Should().Be(2);
        read.Columns.Should().Equal(
            new InputColumn("length", "5.1", 5.1, 7.4, false, []),
            new InputColumn("petals", "3", 3, 5, true, []),
            new InputColumn("colour", "red", null, null, false, ["blue, dark", "red"]));
        read.FirstRow.Should().Equal("5.1", "3", "red");
    }

    [Fact]
    public void Read_NoHead_NumbersTheColumnsAndLeavesOutTheFirst()
    {
        var read = InputSignatures.Read("s3://b/k", "1,5.1,3\n0,4.9,2", isWhole: true, "0")!;
        read.Columns.Select(c => c.Name).Should().Equal("column 2", "column 3");
        InputSignatures.Read("s3://b/k", "1,5.1,3\n0,4.9,2", isWhole: true, "-1")!.Columns.Select(c => c.Name).Should().Equal("column 1", "column 2");
    }

    [Fact]
    public void Read_CutText_LeavesOutTheLastLine() =>
        InputSignatures.Read("s3://b/k", "a,b\n1,2\n3,4\n5,", isWhole: false, "a")!.Columns.Should().Equal(new InputColumn("b", "2", 2, 4, true, []));

    [Theory]
    [InlineData("")]
    [InlineData("only\n1")]
    [InlineData("\n\n")]
    public void Read_NothingToAskFor_IsNone(string csv) => InputSignatures.Read("s3://b/k", csv, isWhole: true, "0").Should().BeNull();
}
