using MLOps.LoadGenerator;

namespace MLOps.Tests.Unit.Load;

public sealed class LoadPlanTests
{
    [Theory]
    [InlineData(10, 1000)]
    [InlineData(100, 10_000)]
    [InlineData(150, 100_000)]
    [InlineData(7, 50)]
    [InlineData(1, 1)]
    [InlineData(100, 3)]
    [InlineData(64, 64)]
    public void Of_AnySize_SendsAllAndRisesToTheMost(int concurrency, int requests)
    {
        var steps = LoadPlan.Of(concurrency, requests);
        steps.Sum(s => s.Requests).Should().Be(requests);
        steps[^1].Concurrency.Should().Be(Math.Min(concurrency, requests));
        steps.Select(s => s.Concurrency).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        steps.Should().OnlyContain(s => s.Requests >= s.Concurrency && s.Concurrency <= concurrency);
    }

    [Fact]
    public void Of_APreset_DoublesAndLeavesHalfToTheLastStep()
    {
        var steps = LoadPlan.Of(10, 1000);
        steps.Select(s => s.Concurrency).Should().Equal(1, 2, 4, 8, 10);
        steps[^1].Requests.Should().BeInRange(500, 510);
    }

    [Fact]
    public void Measures_OfManyRequests_TellPercentilesAndKindsOfErrors()
    {
        var measures = new Measures();
        for (var i = 1; i <= 1000; i++)
            measures.Answered(TimeSpan.FromMilliseconds(i));
        measures.Failed(TimeSpan.FromMilliseconds(5), "model 500", "boom");
        var (done, errors, latency) = measures.Read();
        (done, errors).Should().Be((1001, 1));
        latency.P50.Should().BeApproximately(500, 5);
        latency.P99.Should().BeApproximately(990, 10);
        latency.Max.Should().BeApproximately(1000, 2);
        measures.Errors().Kinds.Should().ContainKey("model 500").WhoseValue.Should().Be(1);
        measures.Errors().FirstError.Should().Be("boom");
        measures.Take().Done.Should().Be(1001);
        measures.Read().Should().Be((0, 0, new Latency(0, 0, 0, 0)));
    }

    [Fact]
    public void Measures_OfMoreKindsThanCanBeRead_AreBounded()
    {
        var measures = new Measures();
        for (var i = 0; i < 100; i++)
            measures.Failed(TimeSpan.FromMilliseconds(1), $"kind {i}", "x");
        measures.Errors().Kinds.Count.Should().BeLessThanOrEqualTo(21);
        measures.Errors().Kinds.Values.Sum().Should().Be(100);
    }

    [Fact]
    public void Event_WrittenAndRead_IsTheSame()
    {
        LoadEvent step = new LoadStep(4, 100, 1, 2.5, new(1, 2, 3, 4));
        LoadEvent.Read(step.ToLine()).Should().Be(step);
        LoadEvent.Read("not json").Should().BeNull();
        LoadEvent.Read("{\"kind\":\"unheard\"}").Should().BeNull();
        new LoadCredentials("a", "secret", "").ToString().Should().NotContain("secret");
    }
}
