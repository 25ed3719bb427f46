using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Validation;

namespace MLOps.Tests.Unit.Protocol;

public sealed class ValidationTests
{
    [Fact]
    public void Pattern_Broken_IsWordedAsAwsDoes() => Refusal("sagemaker", "DescribeTrainingJob", """{"TrainingJobName": "_x"}""").Should().Be(
        ("ValidationException", "1 validation error detected: Value '_x' at 'trainingJobName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"));

    [Fact]
    public void Violations_Several_AreJoined()
    {
        var (code, message) = Refusal("sagemaker", "CreateEndpointConfig", """{"EndpointConfigName": "ok", "ProductionVariants": [{"VariantName": "v", "InstanceType": "ml.nope", "InitialInstanceCount": 0}], "Tags": [{"Key": "k"}]}""");
        code.Should().Be("ValidationException");
        message.Should().StartWith("3 validation errors detected: ")
            .And.Contain("Value 'ml.nope' at 'productionVariants.1.member.instanceType' failed to satisfy constraint: Member must satisfy enum value set: [")
            .And.Contain("Value '0' at 'productionVariants.1.member.initialInstanceCount' failed to satisfy constraint: Member must have value greater than or equal to 1")
            .And.Contain("; Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null");
    }

    [Theory]
    [InlineData("logs", "DescribeLogGroups", """{"limit": 51}""", "InvalidParameterException", "Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50")]
    [InlineData("cloudformation", "CreateStack", """{"StackName": "x", "Capabilities": ["ALL"]}""", "ValidationError",
        "Value '[ALL]' at 'capabilities' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [CAPABILITY_IAM, CAPABILITY_NAMED_IAM, CAPABILITY_AUTO_EXPAND]]")]
    [InlineData("sagemaker-runtime", "InvokeEndpoint", """{"EndpointName": "a_b"}""", "ValidationError", "at 'endpointName' failed to satisfy constraint")]
    [InlineData("lambda", "CreateFunction", """{"FunctionName": "f", "Role": "arn:aws:iam::123456789012:role/r", "Code": {}, "Environment": {"Variables": {"1x": "v"}}}""",
        "ValidationException", "at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]")]
    [InlineData("sqs", "SendMessage", """{"MessageBody": "x"}""", "MissingParameter", "The request must contain the parameter QueueUrl.")]
    [InlineData("sqs", "GetQueueAttributes", """{"QueueUrl": "u", "AttributeNames": ["Colour"]}""", "InvalidAttributeName", "Unknown Attribute Colour.")]
    [InlineData("s3", "CreateBucket", """{"Bucket": "b", "CreateBucketConfiguration": {"LocationConstraint": "moon"}}""", "InvalidLocationConstraint", "The specified location-constraint is not valid")]
    [InlineData("s3", "DeleteObjects", """{"Bucket": "b", "Delete": {}}""", "MalformedXML", "did not validate against our published schema")]
    [InlineData("s3", "PutObject", """{"Bucket": "b", "Key": "k", "StorageClass": "WARM"}""", "InvalidStorageClass", "The storage class you specified is not valid")]
    [InlineData("codecommit", "GetRepository", """{"repositoryName": "a b"}""", "InvalidRepositoryNameException", "repositoryName")]
    [InlineData("codecommit", "GetRepository", "{}", "RepositoryNameRequiredException", "Member must not be null")]
    [InlineData("iam", "TagRole", """{"RoleName": "r", "Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}""", "InvalidInput", "Duplicate tag keys found")]
    public void Violation_OfEachService_HasItsCode(string service, string operation, string input, string code, string text)
    {
        var refusal = Refusal(service, operation, input);
        refusal.Code.Should().Be(code);
        refusal.Message.Should().Contain(text);
    }

    [Fact]
    public void Length_OfText_CountsCharactersNotChars()
    {
        var key = string.Concat(Enumerable.Repeat("😀", 128));
        Check("ecr", "TagResource", new JsonObject { ["resourceArn"] = "arn", ["tags"] = new JsonArray(new JsonObject { ["Key"] = key, ["Value"] = "" }) });
    }

    [Fact]
    public void Value_ThatIsSensitive_IsNotRepeated()
    {
        var (_, message) = Refusal("lambda", "CreateFunction",
            """{"FunctionName": "f", "Role": "arn:aws:iam::123456789012:role/r", "Code": {}, "Environment": {"Variables": {"A": "x"}}, "KMSKeyArn": "no"}""");
        message.Should().Contain("kMSKeyArn").And.NotContain("Variables");
        Refusal("lambda", "CreateFunction", """{"FunctionName": "f", "Role": "arn:aws:iam::123456789012:role/r", "Code": {}, "Environment": {"Variables": {"1": "secret-value"}}}""")
            .Message.Should().Contain("Redacted").And.NotContain("secret-value");
    }

    [Fact]
    public void Pattern_ThatATextExhausts_IsRefusedInTime()
    {
        var text = new string('a', 60) + "!";
        var began = TimeProvider.System.GetTimestamp();
        Refusal("ecr", "DescribeImages", new JsonObject { ["repositoryName"] = string.Join("", Enumerable.Repeat("a-_", 60)) + "!" }.ToJsonString())
            .Code.Should().Be("InvalidParameterException");
        Refusal("sagemaker", "DescribeEndpoint", new JsonObject { ["EndpointName"] = text }.ToJsonString()).Code.Should().Be("ValidationException");
        TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Violations_ByTheThousand_MakeAShortMessage()
    {
        var tags = new JsonArray([.. Enumerable.Range(0, 5000).Select(i => (JsonNode)new JsonObject { ["Key"] = $"k{i}" })]);
        var (_, message) = Refusal("sagemaker", "AddTags", new JsonObject { ["ResourceArn"] = "arn:aws:sagemaker:us-east-1:123456789012:model/m", ["Tags"] = tags }.ToJsonString());
        message.Should().StartWith("50");
        message.Length.Should().BeLessThan(10_000);
    }

    private static (string Code, string Message) Refusal(string service, string operation, string input)
    {
        var refusal = FluentActions.Invoking(() => Check(service, operation, (JsonObject)JsonNode.Parse(input)!)).Should().Throw<AwsException>().Which;
        return (refusal.Code, refusal.Message);
    }

    private static void Check(string service, string operation, JsonObject input) =>
        InputValidator.Check(ApiCatalog.Default.Find(service, operation)!, input);
}
