namespace MLOps.Tests.Unit;

public sealed class PlaceholderTests
{
    [Fact]
    public void Project_Builds() => typeof(PlaceholderTests).Assembly.GetName().Name.Should().Be("MLOps.Tests.Unit");
}
