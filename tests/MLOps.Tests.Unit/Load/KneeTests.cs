using MLOps.LoadGenerator;
using MLOps.Portal.Features.Load;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;

namespace MLOps.Tests.Unit.Load;

public sealed class KneeTests
{
    [Fact]
    public void Of_StepsThatSaturate_IsWhereWaitingBegins()
    {
        // Two workers of 10 ms each: from 2 at a time on only the waiting grows.
        var knee = Knee.Of([Step(1, 100, 10), Step(2, 200, 10), Step(4, 205, 20), Step(8, 204, 40)])!;
        knee.Step.Concurrency.Should().Be(2);
        knee.IsReached.Should().BeTrue();
    }

    [Fact]
    public void Of_StepsThatStillRise_SaysThatItWasNotSeen()
    {
        var knee = Knee.Of([Step(1, 100, 10), Step(2, 200, 10), Step(4, 399, 10)])!;
        knee.Step.Concurrency.Should().Be(4);
        knee.IsReached.Should().BeFalse();
    }

    [Fact]
    public void Of_StepsWithErrors_LeavesThemOut()
    {
        Knee.Of([Step(1, 100, 10), Step(2, 2000, 1, errors: 0.5)])!.Step.Concurrency.Should().Be(1);
        Knee.Of([Step(1, 100, 10, errors: 1)]).Should().BeNull();
        Knee.Of([]).Should().BeNull();
    }

    [Fact]
    public void Proposal_OfARun_IsAwsFormula()
    {
        // 200 a second by two instances: 100 each, half of it, a minute long.
        var proposal = ScalingProposal.Of([Step(1, 100, 10, instances: 2), Step(2, 200, 10, instances: 2)], 0.5)!;
        proposal.PerSecondAndInstance.Should().Be(100);
        proposal.Target.Should().Be(3000);
        ScalingProposal.Of([Step(1, 100, 10, instances: 0)], 0.5).Should().BeNull();
    }

    [Theory]
    [InlineData(Roles.Viewer, Surroundings.Development, 0, 0)]
    [InlineData(Roles.Approver, Surroundings.Development, 10, 1_000)]
    [InlineData(Roles.Scientist, Surroundings.Development, 150, 100_000)]
    [InlineData(Roles.Scientist, Surroundings.Production, 10, 1_000)]
    [InlineData(Roles.Approver, Surroundings.Production, 0, 0)]
    [InlineData(Roles.Admin, Surroundings.Production, 100, 10_000)]
    public void Limit_OfRoleAndSurroundings_IsLowerInProduction(string role, Surroundings where, int concurrency, int requests)
    {
        var limit = new LoadOptions().For([role], where);
        (limit?.Concurrency ?? 0, limit?.Requests ?? 0).Should().Be((concurrency, requests));
    }

    [Fact]
    public void Options_ThatMakeNoSense_AreAllTold()
    {
        var options = new LoadOptions { MaxSeconds = 0, SafetyFactor = 2, KeptRuns = 0 };
        options.Development["boss"] = new();
        options.Validate(new(options)).Select(r => r.ErrorMessage).Should().HaveCount(4);
        new LoadOptions().Validate(new(new LoadOptions())).Should().BeEmpty();
    }

    [Fact]
    public void LiveRun_OfManyTicks_IsThinned()
    {
        using var cancelling = new CancellationTokenSource();
        var run = new LiveRun(new LoadRun { Id = "1", Connection = "local", Endpoint = "iris", Concurrency = 1, Requests = 1, StartedBy = "me" }, cancelling);
        for (var i = 0; i < 5000; i++)
            run.Hear(new LoadTick(i / 2.0, 1, i, 0, 10, new(1, 2, 3, 4)), 2);
        run.Hear(new LoadStep(1, 5000, 0, 2500, new(1, 2, 3, 4)), 2);
        var figures = run.Figures(100);
        figures.Points.Count.Should().BeInRange(100, LoadFigures.MostPoints + 1);
        figures.Points.Select(p => p.Seconds).Should().BeInAscendingOrder();
        figures.Points[^1].Seconds.Should().BeGreaterThan(2400);
        figures.Steps.Single().Instances.Should().Be(2);
        figures.Done.Should().Be(4999);
    }

    private static MeasuredStep Step(int concurrency, double perSecond, double p90, double errors = 0, double instances = 1) =>
        new(concurrency, 1000, (int)(1000 * errors), 1000 * (1 - errors) / perSecond is var s && s > 0 ? s : 1, new(p90, p90, p90, p90), instances);
}
