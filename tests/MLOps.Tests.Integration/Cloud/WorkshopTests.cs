using MLOps.Cloud.Workshop;

namespace MLOps.Tests.Integration.Cloud;

public sealed class WorkshopTests
{
    [Fact]
    public async Task Seed_FreshCloud_BringsTheFirstModelToItsApproval()
    {
        await using var cloud = await ConnectedCloud.StartAsync(seed: true);

        await SeededAsync(cloud);
    }

    private static async Task SeededAsync(ConnectedCloud cloud)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(8));
        var (state, changes) = cloud.Get<IWorkshopSeeder>().Subscribe();
        await foreach (var next in changes.WithCancellation(deadline.Token))
        {
            state = next;
            TestContext.Current.TestOutputHelper?.WriteLine($"{state.Phase} {state.Active?.Id} {state.Active?.Detail} {state.Active?.Remedy}");
            if (state.Phase is WorkshopPhase.Done or WorkshopPhase.Failed)
                break;
        }
        state.Phase.Should().Be(WorkshopPhase.Done, $"{state.Active}");
    }
}
