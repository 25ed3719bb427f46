using Microsoft.Extensions.Time.Testing;
using MLOps.LocalCloud.Engine.Endpoints.Deployment;

namespace MLOps.Tests.Unit.Endpoints;

public sealed class RolloutTests : IRolloutFleets
{
    private static readonly DeploymentPolicy Canary = new("CANARY", [0.1, 1], 60, 30, 600, ["late"], 1);

    private readonly FakeTimeProvider time = new();
    private readonly List<double> moves = [];
    private readonly List<TimeSpan> watched = [];
    private bool rings;

    [Fact]
    public async Task Run_QuietAlarms_MovesStepByStepAndWaitsBeforeTheEnd()
    {
        var run = Run(Canary);
        await AdvanceAsync(run, 59);
        moves.Should().Equal(0.1);
        await AdvanceAsync(run, 2);
        moves.Should().Equal(0.1, 1);
        run.IsCompleted.Should().BeFalse("the old fleet stays for the termination wait");
        await AdvanceAsync(run, 30);

        (await run).Should().BeNull();
        watched.Should().Equal(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Run_AlarmWhileTheCanaryIsWatched_GoesBackBeforeTheRestMoves()
    {
        var run = Run(Canary);
        await AdvanceAsync(run, 10);
        rings = true;
        await AdvanceAsync(run, 2);

        (await run).Should().Contain("[late]").And.Contain("ALARM");
        moves.Should().Equal(0.1);
    }

    [Fact]
    public async Task Run_AlarmFromTheBeginning_MovesNothing()
    {
        rings = true;
        (await Run(Canary)).Should().Contain("[late]");
        moves.Should().BeEmpty();
    }

    [Fact]
    public async Task Run_NoAlarms_DoesNotAsk()
    {
        rings = true;
        (await Run(DeploymentPolicy.AtOnce)).Should().BeNull();
        moves.Should().Equal(1);
    }

    [Fact]
    public async Task Run_AfterARestart_GoesOnFromItsStep()
    {
        var run = Run(Canary, from: 1);
        await AdvanceAsync(run, 31);

        (await run).Should().BeNull();
        moves.Should().Equal(1);
    }

    [Fact]
    public async Task Run_LongerThanItsLimit_GoesBack()
    {
        var run = Run(Canary with { WaitSeconds = 700 });
        await AdvanceAsync(run, 602);

        (await run).Should().Contain("maximum execution time of 600 seconds");
        moves.Should().Equal(0.1);
    }

    Task IRolloutFleets.MoveAsync(int step, double share, CancellationToken cancelled)
    {
        moves.Add(share);
        return Task.CompletedTask;
    }

    void IRolloutFleets.Bake(int step, TimeSpan wait) => watched.Add(wait);

    Task<IReadOnlyList<string>> IRolloutFleets.InAlarmAsync(IReadOnlyList<string> alarms, CancellationToken cancelled) =>
        Task.FromResult(rings ? alarms : []);

    private Task<string?> Run(DeploymentPolicy policy, int from = 0) =>
        new Rollout(policy, this, time).RunAsync(time.GetUtcNow(), from, TestContext.Current.CancellationToken);

    private async Task AdvanceAsync(Task run, int seconds)
    {
        for (var i = 0; i < seconds && !run.IsCompleted; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }
}
