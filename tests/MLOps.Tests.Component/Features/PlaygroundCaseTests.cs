using System.Text;
using MLOps.Cloud.Endpoints;
using MLOps.Portal.Features.Playground.Cases;
using MLOps.Portal.Features.Playground.Requests;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class PlaygroundCaseTests
{
    [Theory]
    [InlineData("=1+1")]
    [InlineData("-1,2")]
    [InlineData("'=x")]
    [InlineData("''@y")]
    [InlineData("'plain")]
    [InlineData("\tTab")]
    [InlineData("line\nbreak, \"quotes\"")]
    public void Csv_WrittenAndRead_IsTheSameAndRunsNoFormula(string text)
    {
        var csv = CaseCsv.Write([Case(text, text, text)]);
        foreach (var cell in csv.Split('\n')[1].Split(','))
            "=@+-\t".Should().NotContain(cell.TrimStart('"')[..Math.Min(1, cell.TrimStart('"').Length)] is { Length: 1 } first ? first : "x");
        var read = CaseCsv.Read(csv, "local", "iris").Should().ContainSingle().Subject;
        (read.Name, read.Expected, Encoding.UTF8.GetString(read.Body)).Should().Be((text, text, text));
    }

    [Fact]
    public void Csv_BinaryBody_SurvivesAsBase64()
    {
        var one = Case("flower", "rose", "");
        one.Body = [0xff, 0xd8, 0];
        CaseCsv.Read(CaseCsv.Write([one]), "local", "iris").Single().Body.Should().Equal(0xff, 0xd8, 0);
    }

    [Fact]
    public void Csv_LabelledData_BecomesACaseARow()
    {
        var read = CaseCsv.Read("label,length,width\nsetosa,5.1,3.5\nvirginica,6.3,3.3\n", "local", "iris");
        read.Select(c => (c.Expected, Encoding.UTF8.GetString(c.Body), c.ContentType)).Should().Equal(("setosa", "5.1,3.5", "text/csv"), ("virginica", "6.3,3.3", "text/csv"));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("name,body\n", "no cases")]
    [InlineData("name,body\na,b,c", "Line 2")]
    [InlineData("label\nx", "no column to send")]
    [InlineData("name,body_base64\na,!!!", "no base64")]
    public void Csv_ThatIsNone_SaysWhy(string csv, string says) =>
        ((Action)(() => CaseCsv.Read(csv, "local", "iris"))).Should().Throw<FormatException>().Which.Message.Should().Contain(says);

    [Theory]
    [InlineData("setosa", """{"predictions":[{"label":"setosa"}]}""", "application/json", true)]
    [InlineData("setosa\nvirginica", "setosa,0.9\nvirginica,0.8", "text/csv", true)]
    [InlineData("setosa, virginica", "setosa\nsetosa", "text/csv", false)]
    [InlineData("0.3", "0.30000000000000004", "text/csv", true)]
    [InlineData("""{"a": 1}""", """{"a":1}""", "application/json", true)]
    [InlineData("any text", "any text", "text/plain", true)]
    [InlineData("setosa", "setosa\nsetosa", "text/csv", false)]
    public void Expectation_OfAnAnswer_Holds(string expected, string answer, string type, bool holds) =>
        Expectation.Holds(expected, new(200, Encoding.UTF8.GetBytes(answer), type, "", TimeSpan.Zero)).Should().Be(holds);

    [Fact]
    public async Task Suite_OfTwoEndpoints_TellsPassedAgreementConfusionAndLatency()
    {
        var cloud = new FakeCloud { Model = request => Said(request.Endpoint == "two" ? "a" : Encoding.UTF8.GetString(request.Body.Span)) };
        var run = await new SuiteRunner(cloud).RunAsync("local", [Case("1", "a", "a"), Case("2", "b", "b"), Case("3", "b", "a"), Case("4", "", "b")], new("one", ""), new("two", ""), _ => { }, CancellationToken.None);
        (run.Passed, run.Failed, run.Errors).Should().Be((2, 1, 0));
        run.Agreement.Should().Be(0.5);
        run.Latency(50).Should().Be(5);
        var confusion = Confusion.Of(run)!;
        confusion.Expected.Should().Equal("a", "b");
        confusion.Counts.Should().BeEquivalentTo(new[] { new[] { 1, 0 }, [1, 1] });
    }

    [Fact]
    public async Task Suite_RefusedAndCancelled_KeepsWhatWasAnswered()
    {
        using var cancel = new CancellationTokenSource();
        var cloud = new FakeCloud { Model = _ => new(500, "boom"u8.ToArray(), "text/plain", "", TimeSpan.Zero) };
        var run = await new SuiteRunner(cloud).RunAsync("local", [.. Enumerable.Range(0, 200).Select(i => Case($"{i}", "a", "a"))], new("one", ""), default, done =>
        {
            if (done == 20)
                cancel.Cancel();
        }, cancel.Token);
        run.WasCancelled.Should().BeTrue();
        run.Results.Count.Should().BeInRange(20, 199);
        run.Errors.Should().Be(run.Results.Count);
        run.Results[0].Passed.Should().BeFalse();
    }

    private static SavedCase Case(string name, string expected, string body) =>
        new() { Connection = "local", Endpoint = "iris", Name = name, ContentType = "text/csv", Expected = expected, Body = Encoding.UTF8.GetBytes(body) };

    private static InvocationResult Said(string label) => new(200, Encoding.UTF8.GetBytes(label), "text/csv", "", TimeSpan.FromMilliseconds(5));
}
