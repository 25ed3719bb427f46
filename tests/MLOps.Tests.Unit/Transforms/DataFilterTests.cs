using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Transforms;

namespace MLOps.Tests.Unit.Transforms;

public sealed class DataFilterTests
{
    [Theory]
    [InlineData("$[1:]", "b,\"c,d\",e")]
    [InlineData("$[-1]", "e")]
    [InlineData("$[0,2]", "a,\"c,d\"")]
    [InlineData("$[:2]", "a,b")]
    [InlineData("$[1:-1]", "b,\"c,d\"")]
    public void Select_RowOfCsv_TakesColumns(string path, string expected)
    {
        var csv = RecordFormat.Of("text/csv; charset=utf-8");
        csv.Write(DataFilter.Parse(path)!.Select(csv.Read("a,b,\"c,d\",e"))).Should().Be(expected);
    }

    [Theory]
    [InlineData("$.features", "[1,2]")]
    [InlineData("$['features'][0]", "1")]
    [InlineData("$['id','label']", """["7","x"]""")]
    [InlineData("$.inner.deep", "true")]
    [InlineData("$.nothing", null)]
    public void Select_Json_TakesMembers(string path, string? expected) => DataFilter.Parse(path)!
        .Select(JsonNode.Parse("""{"id":"7","label":"x","features":[1,2],"inner":{"deep":true}}""")!)?.ToJsonString().Should().Be(expected);

    [Theory]
    [InlineData("")]
    [InlineData("features")]
    [InlineData("$features")]
    [InlineData("$[a]")]
    [InlineData("$[99999999999]")]
    [InlineData("$..x")]
    public void Parse_NoPath_IsNull(string path) => DataFilter.Parse(path).Should().BeNull();

    [Fact]
    public void Assemble_JoinedCsv_PutsTheAnswerBehindItsRow() =>
        Text(Plan("text/csv", join: true, output: "$[0,-1]"), ["a,1", "b,2"], "x,0.1\ny,0.2\n", "text/csv").Should().Be("a,0.1\nb,0.2\n");

    [Fact]
    public void Assemble_JoinedJson_NamesTheAnswer() =>
        Text(Plan("application/jsonlines", join: true), ["""{"id":1}"""], """{"label":"x"}""", "application/json")
            .Should().Be("""{"id":1,"SageMakerOutput":{"label":"x"}}""" + "\n");

    [Fact]
    public void Assemble_OtherNumberOfAnswers_SaysWhatToDo() =>
        ((Func<string>)(() => Text(Plan("text/csv", join: true), ["a,1", "b,2"], "x\n", "text/csv")))
            .Should().Throw<TransformFault>().WithMessage("*answered 1 records to 2*head line*");

    private static string Text(TransformPlan plan, string[] records, string answer, string type) =>
        Encoding.UTF8.GetString(Answer.Assemble(plan, new Batch(records, []), Encoding.UTF8.GetBytes(answer), type));

    private static TransformPlan Plan(string type, bool join, string? output = null)
    {
        var place = new S3Location("b", "k");
        return new TransformPlan(place, false, type, false, true, false, 1 << 20, 1, place, null, true, TimeSpan.FromSeconds(1), 0, null, DataFilter.Of(output), join);
    }
}
