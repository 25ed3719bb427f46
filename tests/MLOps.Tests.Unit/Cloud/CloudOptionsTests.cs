using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLOps.Cloud;
using MLOps.Cloud.Connections;

namespace MLOps.Tests.Unit.Cloud;

public sealed class CloudOptionsTests
{
    [Fact]
    public void Validate_ManyFaults_ReportsAllAtOnce()
    {
        var read = () => Options(
            ("Cloud:Mode", "Aws"),
            ("Cloud:Inventory:Interval", "00:00:00.001"),
            ("Cloud:Connections:0:Name", "team one"),
            ("Cloud:Connections:0:Region", "europe"),
            ("Cloud:Connections:1:Name", "prod"),
            ("Cloud:Connections:1:Region", "eu-central-1"),
            ("Cloud:Connections:1:RoleArn", "admin"),
            ("Cloud:Connections:2:Name", "PROD"),
            ("Cloud:Connections:2:Region", "us-gov-west-1"));

        read.Should().Throw<OptionsValidationException>().Which.Failures.Should().SatisfyRespectively(
            f => f.Should().Contain("Interval"),
            f => f.Should().Contain("Connections:0:Name"),
            f => f.Should().Contain("Connections:0:Region"),
            f => f.Should().Contain("Connections:1:RoleArn"),
            f => f.Should().Contain("used twice"));
    }

    [Fact]
    public void Validate_AwsWithoutConnections_SaysSo() =>
        FluentActions.Invoking(() => Options(("Cloud:Mode", "Aws"))).Should().Throw<OptionsValidationException>()
            .Which.Message.Should().Contain("at least one connection");

    [Fact]
    public void Validate_Defaults_AreEmbedded()
    {
        var options = Options();
        options.Mode.Should().Be(CloudMode.Embedded);
        options.EndpointUrl.Should().Be("http://127.0.0.1:4566");
    }

    private static CloudOptions Options(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
        using var services = new ServiceCollection().AddLogging().AddMLOpsCloud(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<CloudOptions>>().Value;
    }
}
