using MLOps.Cloud.Endpoints;
using MLOps.Portal.Features.Timeline;
using MLOps.Portal.Shared.History;

namespace MLOps.Tests.Unit.Portal;

public sealed class EndpointStoryTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private static readonly EndpointSummary Before = new("local", "e", "InService")
    {
        Created = At.AddDays(-1), Modified = At.AddDays(-1), ConfigName = "one",
        Variants = [new("Main") { Model = "m1", CurrentInstances = 2, DesiredInstances = 2, CurrentWeight = 3, DesiredWeight = 3, InstanceType = "ml.m5.large" }, new("Other") { Model = "m2", CurrentInstances = 1, CurrentWeight = 1 }],
    };

    [Fact]
    public void Serving_TwoVariants_ShareTheTraffic() =>
        EndpointStory.Serving(Before, m => "job-" + m, At).Select(r => (r.Variant, r.Model, r.TrainingJob, r.Share)).Should().Equal(("Main", "m1", "job-m1", 0.75), ("Other", "m2", "job-m2", 0.25));

    [Theory]
    [InlineData("Creating")]
    [InlineData("Failed")]
    public void Serving_NotInService_IsNothing(string status) => EndpointStory.Serving(Before with { Status = status }, _ => "", At).Should().BeEmpty();

    [Fact]
    public void Changes_ConfigurationArrived_IsADeployment()
    {
        var pending = Before with { Status = "Updating", Pending = new("two", At, "Baking", 0.1, "", []) };
        var started = EndpointStory.Changes(Before, pending, At).Single();
        (started.Kind, started.ConfigName, started.At).Should().Be((EndpointChangeKind.Started, "two", At));

        var done = EndpointStory.Changes(pending, Before with { ConfigName = "two", Modified = At.AddMinutes(5) }, At).Single();
        (done.Kind, done.ConfigName, done.At).Should().Be((EndpointChangeKind.Deployed, "two", At.AddMinutes(5)));
    }

    [Fact]
    public void Changes_PendingGoneWithAReason_IsARollBack()
    {
        var pending = Before with { Status = "Updating", Pending = new("two", At, "Baking", 0.1, "", []) };
        var back = EndpointStory.Changes(pending, Before with { FailureReason = "alarm [late]", Modified = At }, At).Single();
        (back.Kind, back.ConfigName, back.What).Should().Be((EndpointChangeKind.RolledBack, "two", "alarm [late]"));
    }

    [Fact]
    public void Changes_WeightsFailureCreationAndEnd_AreTold()
    {
        EndpointStory.Changes(Before, Before with { Variants = [Before.Variants[0] with { CurrentWeight = 1 }, Before.Variants[1]] }, At).Single().What.Should().Be("Main 3, Other 1 → Main 1, Other 1");
        EndpointStory.Changes(Before, Before with { Status = "Failed", FailureReason = "why" }, At).Single().Kind.Should().Be(EndpointChangeKind.Failed);
        EndpointStory.Changes(null, Before, At).Single().At.Should().Be(Before.Created);
        EndpointStory.Changes(Before, null, At).Single().Kind.Should().Be(EndpointChangeKind.Deleted);
        EndpointStory.Changes(Before, Before with { Modified = At }, At).Should().BeEmpty("scaling alone is no change of what serves");
    }

    [Fact]
    public void Changes_CreatedToItsEnd_IsNoChangeOfWeights()
    {
        var creating = Before with { Status = "Creating", Variants = [.. Before.Variants.Select(v => v with { CurrentWeight = 0, CurrentInstances = 0 })] };
        EndpointStory.Changes(creating, Before, At).Should().BeEmpty();
    }
}
