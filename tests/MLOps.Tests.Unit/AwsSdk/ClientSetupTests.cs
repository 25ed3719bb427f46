using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.SageMaker;
using Amazon.SageMaker.Model;
using Amazon.SageMakerRuntime;
using Amazon.SageMakerRuntime.Model;
using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Tests.Unit.AwsSdk;

public sealed class ClientSetupTests
{
    [Fact]
    public async Task AddAWSService_Resolved_CallsWhatItsOptionsSay()
    {
        await using var server = await WireServer.StartAsync();
        server.Answer("""{"Endpoints":[]}""");
        var options = new AWSOptions { Credentials = new BasicAWSCredentials(SignatureCheck.AccessKey, SignatureCheck.SecretKey) };
        options.DefaultClientConfig.ServiceURL = server.Url;
        options.DefaultClientConfig.AuthenticationRegion = "eu-west-1";
        await using var services = new ServiceCollection().AddDefaultAWSOptions(options).AddAWSService<IAmazonSageMaker>().BuildServiceProvider();

        await services.GetRequiredService<IAmazonSageMaker>().ListEndpointsAsync(new ListEndpointsRequest(), TestContext.Current.CancellationToken);

        server.Requests.Should().ContainSingle().Which.ShouldBeSignedFor("sagemaker");
    }

    [Theory]
    [InlineData("eu-central-1", false, false, "https://runtime.sagemaker.eu-central-1.amazonaws.com/")]
    [InlineData("cn-north-1", false, false, "https://runtime.sagemaker.cn-north-1.amazonaws.com.cn/")]
    [InlineData("us-east-1", true, false, "https://runtime-fips.sagemaker.us-east-1.amazonaws.com/")]
    [InlineData("us-east-1", false, true, "https://runtime.sagemaker.us-east-1.api.aws/")]
    public void Endpoint_ByRegionAndVariant_IsTheServices(string region, bool fips, bool dualStack, string expected)
    {
        using var client = new AmazonSageMakerRuntimeClient("a", "s", new AmazonSageMakerRuntimeConfig
        {
            RegionEndpoint = RegionEndpoint.GetBySystemName(region), UseFIPSEndpoint = fips, UseDualstackEndpoint = dualStack,
        });

        client.DetermineServiceOperationEndpoint(new InvokeEndpointRequest()).URL.Should().Be(expected);
    }

    [Fact]
    public void Endpoint_FipsOfCustomAddress_IsRefused()
    {
        using var client = new AmazonSageMakerClient("a", "s", new AmazonSageMakerConfig { ServiceURL = "http://127.0.0.1:1", AuthenticationRegion = "us-east-1", UseFIPSEndpoint = true });

        client.Invoking(c => c.DetermineServiceOperationEndpoint(new ListEndpointsRequest())).Should().Throw<AmazonClientException>().WithMessage("Invalid Configuration*");
    }
}
