using MLOps.Cloud.Approvals;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Values;

namespace MLOps.Tests.Unit.Cloud;

/// <summary>Whether a newer candidate is behind the one that waits at the gate.</summary>
public sealed class NewerCandidateTests
{
    [Theory]
    [InlineData("InProgress", "newer")]
    [InlineData("Failed", "")]
    [InlineData("Stopped", "")]
    [InlineData("Succeeded", "")]
    public void Newer_AnotherExecutionInAnEarlierStage_CountsWhileItIsOnItsWay(string status, string newer) =>
        Newer(new StageState("Source", "Succeeded", "newer"), new StageState("Train", status, "newer")).Should().Be(newer);

    [Fact]
    public void Newer_WaitsBeforeAnEarlierStage_Counts() =>
        Newer(new StageState("Source", "Succeeded", "newer"), new StageState("Train", "Succeeded", "shown") { InboundExecutionIds = ["newer"] }).Should().Be("newer");

    [Fact]
    public void Newer_WaitsBeforeTheGate_CountsBeforeOneThatStillTrains() =>
        ApprovalReading.Newer(Pipeline(
            new StageState("Source", "Succeeded", "third"), new StageState("Train", "InProgress", "third"), new StageState("Gate", "InProgress", "shown") { InboundExecutionIds = ["second"] }),
            "Gate", "shown").Should().Be("second");

    [Fact]
    public void Newer_ParallelMode_HasNone() =>
        ApprovalReading.Newer(Pipeline(new StageState("Source", "InProgress", "newer"), new StageState("Gate", "InProgress", "shown")) with { ExecutionMode = "PARALLEL" }, "Gate", "shown").Should().BeEmpty();

    private static string Newer(params StageState[] before) => ApprovalReading.Newer(Pipeline([.. before, new StageState("Gate", "InProgress", "shown")]), "Gate", "shown");

    private static PipelineSummary Pipeline(params StageState[] stages) => new("local", "p") { ExecutionMode = "SUPERSEDED", Stages = stages.ToValueList() };
}
