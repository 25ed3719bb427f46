namespace MLOps.Tests.Wire;

public sealed class PlaceholderTests
{
    [Fact]
    public void Project_Builds() => typeof(PlaceholderTests).Assembly.GetName().Name.Should().Be("MLOps.Tests.Wire");
}
