using System.Text;
using System.Text.Json.Nodes;
using MLOps.Cloud.Endpoints;
using MLOps.Portal.Features.Playground.Answers;
using MLOps.Portal.Features.Playground.Formats;

namespace MLOps.Tests.Unit.Playground;

public sealed class FormatTests
{
    [Theory]
    [InlineData("4.6,3.1\n5,2", """{"instances":[[4.6,3.1],[5,2]]}""")]
    [InlineData("a,b\n1,\"x, y\"", """{"instances":[{"a":1,"b":"x, y"}]}""")]
    [InlineData(".5,+7,word", """{"instances":[[0.5,7,"word"]]}""")]
    public void Convert_CsvToJson_KeepsRowsNamesAndNumbers(string csv, string json) =>
        JsonNode.DeepEquals(JsonNode.Parse(BodyFormats.Convert(csv, "text/csv", "application/json")), JsonNode.Parse(json)).Should().BeTrue();

    [Theory]
    [InlineData("""{"instances":[[4.6,3.1],[5,2]]}""", "4.6,3.1\n5,2")]
    [InlineData("""[1,2]""", "1,2")]
    [InlineData("""[{"a":1,"b":"x, y"},{"a":2,"c":true}]""", "a,b,c\n1,\"x, y\",\n2,,true")]
    [InlineData("""{"features":[1,"é"]}""", "1,é")]
    public void Convert_JsonToCsv_KeepsRowsAndNames(string json, string csv) =>
        BodyFormats.Convert(json, "application/json", "text/csv").ReplaceLineEndings("\n").Should().Be(csv);

    [Fact]
    public void Convert_ToLinesAndBack_IsTheSame()
    {
        var lines = BodyFormats.Convert("1,2\n3,4", "text/csv", "application/jsonlines");
        lines.Should().Be("[1,2]\n[3,4]");
        BodyFormats.Convert(lines, "application/jsonlines", "text/csv").Should().Be("1,2\n3,4");
    }

    [Theory]
    [InlineData("{broken", "application/json", "no JSON")]
    [InlineData("[1]\nnope", "application/jsonlines", "Line 2")]
    [InlineData("\"open", "text/csv", "no CSV")]
    [InlineData("[]", "application/json", "no row")]
    public void Convert_WhatIsNotOfItsType_SaysWhere(string body, string type, string says) =>
        ((Action)(() => BodyFormats.Convert(body, type, type == "text/csv" ? "application/json" : "text/csv"))).Should().Throw<FormatException>().Which.Message.Should().Contain(says);

    [Fact]
    public void FormatHelp_Of415_OffersWhatTheModelNames()
    {
        var help = FormatHelp.Of(Request("image/png"), Said(415, "content type 'image/png' is not taken: use text/csv, application/json, application/jsonlines"))!;
        help.IsAccept.Should().BeFalse();
        help.Types.Should().Equal("text/csv", "application/json", "application/jsonlines");
    }

    [Fact]
    public void FormatHelp_Of406WithoutAWord_OffersWhatMostModelsGive()
    {
        var help = FormatHelp.Of(Request("text/csv") with { Accept = "text/csv" }, Said(406, "no"))!;
        help.IsAccept.Should().BeTrue();
        help.Types.Should().Equal("application/json", "application/jsonlines");
        FormatHelp.Of(Request("text/csv"), Said(400, "text/csv")).Should().BeNull();
        FormatHelp.Of(Request("text/csv"), null).Should().BeNull();
    }

    [Fact]
    public void Predictions_OfTheDispatcher_HaveLabelsAndShares()
    {
        var read = Predictions.Read("""{"predictions":[{"label":"setosa","probabilities":{"setosa":0.9,"virginica":0.1}}],"algorithm":"logistic"}""", "application/json")!;
        read.Columns.Should().Equal("label", "setosa", "virginica");
        read.Rows.Single().Label.Should().Be("setosa");
        read.Rows.Single().Shares.Should().Equal(("setosa", 0.9), ("virginica", 0.1));
    }

    [Theory]
    [InlineData("setosa,0.9\nvirginica,0.8", "text/csv", "setosa|virginica")]
    [InlineData("""{"label":"a"}""" + "\n" + """{"label":2}""", "application/jsonlines", "a|2")]
    [InlineData("[0.25, 7]", "application/json", "0.25|7")]
    [InlineData("""{"predictions":[{"score":1.5},{"score":2}]}""", "application/json", "1.5|2")]
    public void Predictions_OfOtherShapes_AreRead(string text, string type, string labels) =>
        string.Join('|', Predictions.Read(text, type)!.Answers).Should().Be(labels);

    [Theory]
    [InlineData("just words", "text/plain")]
    [InlineData("{half", "application/json")]
    [InlineData("", "text/csv")]
    public void Predictions_OfNoTable_AreNone(string text, string type) => Predictions.Read(text, type).Should().BeNull();

    [Fact]
    public void Comparison_Json_MarksValuesByTheirPlace()
    {
        var values = Comparison.Of("""{"p":[{"l":"a","s":0.5}]}""", "application/json", """{"p":[{"l":"b","s":0.5},{"l":"c"}]}""", "application/json");
        values.Should().Equal(new ComparedValue("p[0].l", "a", "b"), new ComparedValue("p[0].s", "0.5", "0.5"), new ComparedValue("p[1].l", null, "c"));
        values.Where(v => v.Differs).Should().HaveCount(2);
    }

    [Fact]
    public void Comparison_OtherTexts_AreComparedByCellOrLine()
    {
        Comparison.Of("1,2", "text/csv", "1,3", "text/csv").Where(v => v.Differs).Should().Equal(new ComparedValue("row 1, value 2", "2", "3"));
        Comparison.Of("a\nb", "text/plain", "a", "text/plain").Should().HaveCount(2).And.Contain(new ComparedValue("line 2", "b", null));
        Comparison.Of("""{"a":1,"a":2}""", "application/json", """{"a":1,"a":3}""", "application/json").Should().NotBeEmpty("a name that stands twice is no fault of the page");
    }

    [Fact]
    public void Pretty_Bytes_AreDumpedAndTextIsKnown()
    {
        Pretty.TextOf("é"u8).Should().Be("é");
        Pretty.TextOf([0xff, 0xfe]).Should().BeNull();
        Pretty.TextOf([65, 0]).Should().BeNull();
        Pretty.Dump([0x89, 0x50, 0x4e, 0x47]).Should().StartWith("0000  89 50 4e 47").And.Contain(".PNG");
    }

    private static InvocationRequest Request(string type) => new("iris", Encoding.UTF8.GetBytes("1")) { ContentType = type };

    private static InvocationResult Said(int status, string text) => new(status, Encoding.UTF8.GetBytes(text), "text/plain", "", TimeSpan.Zero);
}
