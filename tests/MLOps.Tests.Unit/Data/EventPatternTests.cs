using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events.Patterns;

namespace MLOps.Tests.Unit.Data;

public sealed class EventPatternTests
{
    private const string Happened = """
        {
          "source": "aws.s3", "detail-type": "Object Created", "resources": ["arn:a", "arn:b"], "account": "123456789012",
          "detail": {"bucket": {"name": "mlops-x"}, "object": {"key": "training_jobs/iris/trainingjob.zip", "size": 1024},
                     "none": null, "flag": true, "ip": "10.1.2.3", "list": [{"a": 1}, {"a": 2}], "empty": []}
        }
        """;

    [Theory]
    [InlineData("""{"source": ["aws.s3", "aws.sqs"]}""", true)]
    [InlineData("""{"source": ["aws.sqs"]}""", false)]
    [InlineData("""{"resources": ["arn:b"]}""", true)]
    [InlineData("""{"detail": {"bucket": {"name": [{"prefix": "mlops-"}]}, "object": {"key": [{"suffix": ".zip"}]}}}""", true)]
    [InlineData("""{"detail": {"object": {"key": [{"suffix": ".tar"}]}}}""", false)]
    [InlineData("""{"detail": {"object": {"key": [{"wildcard": "training_jobs/*/training*.zip"}]}}}""", true)]
    [InlineData("""{"detail": {"object": {"key": [{"wildcard": "*/x"}]}}}""", false)]
    [InlineData("""{"detail": {"object": {"key": [{"prefix": {"equals-ignore-case": "TRAINING"}}]}}}""", true)]
    [InlineData("""{"detail-type": [{"equals-ignore-case": "object created"}]}""", true)]
    [InlineData("""{"detail": {"object": {"size": [{"numeric": [">", 1000, "<=", 1024]}]}}}""", true)]
    [InlineData("""{"detail": {"object": {"size": [{"numeric": ["=", 5]}]}}}""", false)]
    [InlineData("""{"detail": {"object": {"size": [1024.0]}}}""", true)]
    [InlineData("""{"detail": {"object": {"size": ["1024"]}}}""", false)]
    [InlineData("""{"source": [{"anything-but": "aws.s3"}]}""", false)]
    [InlineData("""{"source": [{"anything-but": ["aws.a", "aws.b"]}]}""", true)]
    [InlineData("""{"source": [{"anything-but": {"prefix": "aws."}}]}""", false)]
    [InlineData("""{"detail": {"missing": [{"exists": false}]}}""", true)]
    [InlineData("""{"nothing": {"missing": [{"exists": false}]}}""", true)]
    [InlineData("""{"detail": {"flag": [{"exists": false}]}}""", false)]
    [InlineData("""{"detail": {"none": [null], "flag": [true]}}""", true)]
    [InlineData("""{"detail": {"none": [{"exists": true}]}}""", true)]
    [InlineData("""{"detail": {"missing": [{"anything-but": "x"}]}}""", false)]
    [InlineData("""{"detail": {"ip": [{"cidr": "10.0.0.0/8"}]}}""", true)]
    [InlineData("""{"detail": {"list": {"a": [2]}}}""", true)]
    [InlineData("""{"detail": {"list": {"a": [3]}}}""", false)]
    [InlineData("""{"detail": {"empty": ["x"]}}""", false)]
    [InlineData("""{"$or": [{"source": ["aws.x"]}, {"detail": {"flag": [true]}}], "account": ["123456789012"]}""", true)]
    [InlineData("""{"$or": [{"source": ["aws.x"]}, {"detail": {"flag": [false]}}]}""", false)]
    public void Matches_OfAPattern_IsAsEventBridgeHasIt(string pattern, bool expected) =>
        EventPattern.Parse(pattern).Matches((JsonObject)JsonNode.Parse(Happened)!).Should().Be(expected);

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"source": "aws.s3"}""")]
    [InlineData("""{"source": []}""")]
    [InlineData("""{"source": [["a"]]}""")]
    [InlineData("""{"source": [{"begins": "a"}]}""")]
    [InlineData("""{"source": [{"numeric": ["~", 3]}]}""")]
    [InlineData("""{"source": [{"prefix": "a", "suffix": "b"}]}""")]
    [InlineData("""{"source": [{"cidr": "nonsense"}]}""")]
    [InlineData("""["source"]""")]
    [InlineData("""{""")]
    public void Parse_OfNoPattern_SaysWhy(string pattern) =>
        ((Action)(() => EventPattern.Parse(pattern))).Should().Throw<FormatException>().Which.Message.Should().NotBeEmpty();
}
