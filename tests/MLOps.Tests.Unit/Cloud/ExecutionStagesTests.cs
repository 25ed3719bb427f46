using MLOps.Cloud.Pipelines;

namespace MLOps.Tests.Unit.Cloud;

public sealed class ExecutionStagesTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private static readonly PipelineDefinition Definition = new("p", 1)
    {
        Stages =
        [
            new("Source", [new("Take", "Source", "S3")]), new("Build", [new("One", "Build", "CodeBuild"), new("Two", "Build", "CodeBuild")]),
            new("Sign", [new("Ask", "Approval", "Manual")]), new("Ship", [new("Deploy", "Deploy", "CloudFormation")]),
        ],
    };

    [Fact]
    public void Of_StagesOnTheWay_HaveStatusAndTimes()
    {
        var stages = ExecutionStages.Of(Definition, "e1", [Run("Source", "Take", "Succeeded", 0, 1), Run("Build", "One", "Failed", 1, 2), Run("Build", "One", "Succeeded", 5, 6),
            Run("Build", "Two", "Succeeded", 1, 4), Run("Sign", "Ask", "InProgress", 6, 6), Run("Ship", "Deploy", "Succeeded", 0, 9, "another")]);

        stages.Select(s => (s.Name, s.Status, s.ExecutionId)).Should().Equal(("Source", "Succeeded", "e1"), ("Build", "Succeeded", "e1"), ("Sign", "InProgress", "e1"), ("Ship", "", ""));
        (stages[1].Started, stages[1].Ended).Should().Be((At.AddMinutes(1), At.AddMinutes(6)), "a retry belongs to its stage");
        stages[2].Ended.Should().BeNull("it goes on");
        stages[2].Actions.Single().AwaitsApproval.Should().BeTrue();
        stages[3].Actions.Single().Status.Should().BeEmpty();
    }

    [Theory]
    [InlineData("Succeeded", "Failed", "Failed")]
    [InlineData("InProgress", "Failed", "InProgress")]
    [InlineData("Succeeded", "Abandoned", "Stopped")]
    [InlineData("Succeeded", null, "InProgress")]
    public void Of_SeveralActions_TheStageSaysTheWorst(string one, string? two, string expected)
    {
        List<ActionExecution> runs = [Run("Build", "One", one, 0, 1)];
        if (two is not null)
            runs.Add(Run("Build", "Two", two, 0, 1));
        ExecutionStages.Of(Definition, "e1", runs)[1].Status.Should().Be(expected);
    }

    [Fact]
    public void WithTimes_StagesOfSeveralExecutions_EachHaveTheirOwn()
    {
        var stages = ExecutionStages.WithTimes(
            [new("Source", "Succeeded", "e2") { Actions = [new("Take", "Succeeded")] }, new("Ship", "Succeeded", "e1") { Actions = [new("Deploy", "Succeeded")] }, new("Sign")],
            [Run("Source", "Take", "Succeeded", 0, 1), Run("Source", "Take", "Succeeded", 20, 21, "e2"), Run("Ship", "Deploy", "Succeeded", 3, 7)]);
        stages.Select(s => (s.Ended - s.Started)?.TotalMinutes).Should().Equal(1.0, 4.0, null);
        stages[0].Actions[0].RunId.Should().Be("Take-20");
    }

    [Theory]
    [InlineData("CodeBuild", "", "images:9f", "Build", "/aws/codebuild/images", "9f", false)]
    [InlineData("Lambda", "", "", "Function trainer", "/aws/lambda/trainer", "", true)]
    [InlineData("CodeBuild", "arn:aws:logs:us-east-1:123456789012:log-group:/own/group:log-stream:a/b", "images:9f", "Build", "/own/group", "a/b", false)]
    public void Logs_OfAnAction_AreFound(string provider, string arn, string external, string title, string group, string stream, bool shared)
    {
        var run = Run("Build", "One", "Succeeded", 0, 1) with { Provider = provider, LogStreamArn = arn, ExternalId = external, Configuration = [new("ProjectName", "images"), new("FunctionName", "trainer")] };
        ActionLogs.Of(run).Should().Equal(new ActionLog(title, new(group, stream)) { IsShared = shared });
    }

    [Fact]
    public void Logs_OfADeployment_AreTheEventsOfItsStack() =>
        ActionLogs.Of(Run("Ship", "Deploy", "Succeeded", 0, 1) with { Provider = "CloudFormation", Configuration = [new("StackName", "iris")] })
            .Should().Equal(new ActionLog("Events of the stack iris", null) { IsShared = true, Stack = "iris" });

    [Fact]
    public void Logs_OfAnActionWithoutOne_AreNone() => ActionLogs.Of(Run("Sign", "Ask", "Succeeded", 0, 1) with { Provider = "Manual" }).Should().BeEmpty();

    private static ActionExecution Run(string stage, string action, string status, int from, int to, string execution = "e1") =>
        new($"{action}-{from}", execution, stage, action, status) { Started = At.AddMinutes(from), Updated = At.AddMinutes(to) };
}
