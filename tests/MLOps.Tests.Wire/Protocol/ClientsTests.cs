using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Wire.Protocol;

/// <summary>The official clients get through in each protocol.</summary>
public sealed class ClientsTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    [Fact]
    public async Task Cli_CallerIdentity_NamesTheAccountOfTheOptions() =>
        (await cloud.AwsAsync("sts", "get-caller-identity")).Succeeded().Json["Account"]!.GetValue<string>().Should().Be("123456789012");

    [Fact]
    public async Task Boto3_TwelveDigitAccessKey_NamesTheAccount()
    {
        var run = await cloud.PythonAsync("""
            print(json.dumps(client("sts", aws_access_key_id="210987654321", aws_secret_access_key="x", region_name="eu-west-1").get_caller_identity()["Arn"]))
            """);
        run.Succeeded().Json.GetValue<string>().Should().Be("arn:aws:iam::210987654321:root");
    }

    [Fact]
    public async Task Cli_ServiceThatIsNotThere_IsNamedInTheRefusal()
    {
        (await cloud.AwsAsync("dynamodb", "list-tables")).Refused("(NotImplemented) when calling the ListTables operation: The local cloud does not offer DynamoDB_20120810 ListTables");
        (await cloud.AwsAsync("ec2", "describe-instances")).Refused("The local cloud does not offer ec2 DescribeInstances");
        (await cloud.AwsAsync("sagemaker", "list-clusters")).Refused("The local cloud does not offer sagemaker ListClusters");
        (await cloud.AwsAsync("lambda", "list-layers")).Refused("The local cloud does not offer lambda ListLayers");
        (await cloud.AwsAsync("s3api", "get-bucket-acl", "--bucket", "some-bucket")).Refused("The local cloud does not offer s3 GetBucketAcl");
    }
}
