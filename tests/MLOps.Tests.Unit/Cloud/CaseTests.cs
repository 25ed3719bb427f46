using System.Text;
using MLOps.Cloud.Cases;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;

namespace MLOps.Tests.Unit.Cloud;

public sealed class CaseTests
{
    [Fact]
    public void Read_LabelsAndAttributes_AreNotSent()
    {
        var cases = CaseFile.Read("cases.csv", "a,label,b,Custom_Attributes\n1, x ,\"2,5\",algorithm=logistic\n3,,4,\n\n5,y,6,\n", 2);
        (cases.Total, cases.Cases.Count, cases.ContentType).Should().Be((3, 2, "text/csv"));
        cases.Cases.Should().Equal(new SavedCase(1, "1,\"2,5\"", "x", "algorithm=logistic"), new SavedCase(2, "3,4"));
        cases.Sha256.Should().MatchRegex("^[0-9a-f]{64}$");
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("label\nx\n", "no column to send")]
    [InlineData("a,b\n", "a head line and no cases")]
    [InlineData("a,b\n1,2\n3\n", "line 3 has 1 values where the head has 2")]
    public void Read_NoCases_SaysWhy(string text, string why) =>
        FluentActions.Invoking(() => CaseFile.Read("cases.csv", text, 10)).Should().Throw<CloudException>().WithMessage($"cases.csv cannot be read as cases: *{why}*");

    [Theory]
    [InlineData("""{"predictions": [{"label": "setosa", "probabilities": {"setosa": 1}}], "algorithm": "logistic"}""", "application/json", "setosa")]
    [InlineData("""{"predictions": [0.25]}""", "application/json", "0.25")]
    [InlineData("[[1]]", "application/json", "1")]
    [InlineData("{\"label\": \"a\"}\n{\"label\": \"b\"}\n", "application/jsonlines", "a")]
    [InlineData("setosa,0.98,0.02\n", "text/csv", "setosa")]
    [InlineData("\"0.5\"", "text/csv", "0.5")]
    [InlineData("{broken", "application/json", "{broken")]
    public void Of_Answer_FindsThePrediction(string body, string type, string prediction) =>
        CaseAnswer.Of(Result(200, body, type)).Should().Be(new CaseAnswer(prediction, false, 5));

    [Fact]
    public void Of_Refusal_IsAnError() => CaseAnswer.Of(Result(400, "row 1 is no number", "text/plain")).Should().Be(new CaseAnswer("row 1 is no number", true, 5));

    [Fact]
    public void Results_MixedAnswers_AreCounted()
    {
        var results = new CaseResults("cases.csv", "00", 4,
        [
            Row(1, "a", "a", "a", 10), Row(2, "b", "a", "b", 20), Row(3, null, "1.00", "1.0001", 30),
            new CaseRow(new SavedCase(4, "4", "c"), new CaseAnswer("bad", true, 40), new CaseAnswer("c", false, 1)),
        ], Tolerance: 0.001);
        (results.Agreement, results.CandidateErrors, results.ProductionErrors).Should().Be((0.5, 1, 0));
        (Math.Round(results.CandidateAccuracy!.Value, 4), results.ProductionAccuracy).Should().Be((0.3333, 1));
        results.Differing.Select(r => r.Case.Number).Should().Equal(2, 4);
        (results.CandidateLatency(50), results.CandidateLatency(95), results.ProductionLatency(50)).Should().Be((20, 40, 1));
        var table = ConfusionTable.OfLabels(results)!;
        table.Answers.Should().Equal("(refused)", "a", "b", "c");
        table.Counts[2].Should().Equal(0, 1, 0, 0);
        table.Counts[3].Should().Equal(1, 0, 0, 0);
    }

    [Fact]
    public void Confusion_Numbers_MakesNoTable() =>
        ConfusionTable.Of(Enumerable.Range(0, 20).Select(i => ($"{i}", $"{i}"))).Should().BeNull();

    [Fact]
    public async Task Run_ProductionFails_CandidateStillCounts()
    {
        var endpoints = new Endpoints(request => request.Endpoint == "prd"
            ? throw new CloudException(new CloudFault(CloudFaultKind.Unreachable, "down"))
            : Result(200, "a", "text/csv"));
        var asked = 0;
        var results = await new CaseRunner(endpoints).RunAsync(Cases(9), new CaseTarget("local", "dev"), new CaseTarget("local", "prd", "Champion"), 0, n => asked = Math.Max(asked, n), CancellationToken.None);
        (results.Rows.Count, asked, results.Agreement, results.CandidateAccuracy).Should().Be((9, 9, null, 1));
        results.ProductionFault!.Message.Should().Be("down");
    }

    [Fact]
    public async Task Run_ManyCases_AsksAFewAtOnce()
    {
        var (now, most) = (0, 0);
        var measured = new Lock();
        var endpoints = new Endpoints(_ => Result(200, "a", "text/csv"), async () =>
        {
            var running = Interlocked.Increment(ref now);
            lock (measured)
                most = Math.Max(most, running);
            await Task.Yield();
            Interlocked.Decrement(ref now);
        });
        await new CaseRunner(endpoints).RunAsync(Cases(60), new CaseTarget("local", "dev"), new CaseTarget("local", "prd", "Champion"), 0, null, CancellationToken.None);
        endpoints.Asked.Should().HaveCount(120);
        endpoints.Asked.Where(r => r.Endpoint == "prd").Should().OnlyContain(r => r.TargetVariant == "Champion" && r.CustomAttributes == "algorithm=logistic");
        most.Should().BeLessThanOrEqualTo(4);
    }

    private static CaseSet Cases(int count) => new("cases.csv", "00", "text/csv", [.. Enumerable.Range(1, count).Select(i => new SavedCase(i, $"{i}", "a", "algorithm=logistic"))], count);

    private static CaseRow Row(int number, string? label, string candidate, string production, double ms) =>
        new(new SavedCase(number, $"{number}", label), new CaseAnswer(candidate, false, ms), new CaseAnswer(production, false, 1));

    private static InvocationResult Result(int status, string body, string type) => new(status, Encoding.UTF8.GetBytes(body), type, "Champion", TimeSpan.FromMilliseconds(5));

    private sealed class Endpoints(Func<InvocationRequest, InvocationResult> answer, Func<Task>? pause = null) : IEndpointInvoker
    {
        private readonly Lock gate = new();

        public List<InvocationRequest> Asked { get; } = [];

        public async Task<InvocationResult> InvokeAsync(string connection, InvocationRequest request, CancellationToken cancelled = default)
        {
            lock (gate)
                Asked.Add(request);
            if (pause is not null)
                await pause();
            return answer(request);
        }
    }
}
