namespace MLOps.Tests.Integration;

public sealed class PlaceholderTests
{
    [Fact]
    public void Project_Builds() => typeof(PlaceholderTests).Assembly.GetName().Name.Should().Be("MLOps.Tests.Integration");
}
