using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Pipelines;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Unit.LocalCloud.Pipelines;

public sealed class PipelineEngineTests
{
    [Fact]
    public void Run_AllActionsSucceed_PassesEveryStageAndWaitsForApproval()
    {
        using var bench = new PipelineBench();
        var id = bench.StartToApproval();
        bench.Run(id).Stage.Should().Be("Approve");
        bench.Approve(bench.Token(id));
        bench.Deploy.End(id);
        bench.Run(id).Status.Should().Be("Succeeded");
        bench.Run(id).Stages.Values.Should().OnlyContain(s => s.Status == "Succeeded");
        bench.Events.Select(e => e.DetailType).Should().Contain(["CodePipeline Pipeline Execution State Change", "CodePipeline Stage Execution State Change", "CodePipeline Action Execution State Change"]);
    }

    [Fact]
    public void Superseded_NewerRunsWhileAnApprovalWaits_OnlyTheNewestWaitsBeforeTheStage()
    {
        using var bench = new PipelineBench();
        var first = bench.StartToApproval();
        var second = bench.StartToApproval();
        var third = bench.StartToApproval();
        bench.Run(first).Waiting.Should().BeFalse("it holds the approval's stage");
        bench.Run(second).Status.Should().Be("Superseded");
        bench.Run(second).StatusSummary.Should().Contain(third);
        (bench.Run(third).Stage, bench.Run(third).Waiting).Should().Be(("Approve", true));
        var state = bench.State().Objects("stageStates").First(s => s.Text("stageName") == "Approve");
        state.Object("inboundExecution")!.Text("pipelineExecutionId").Should().Be(third);
        bench.Approve(bench.Token(first));
        bench.Run(third).Waiting.Should().BeFalse("the stage is free now");
        bench.Token(third).Should().NotBe(bench.Token(first));
    }

    [Fact]
    public void Queued_SeveralRuns_KeepTheirOrder()
    {
        using var bench = new PipelineBench("QUEUED");
        string[] ids = [bench.Start(), bench.Start(), bench.Start()];
        bench.Run(ids[1]).Waiting.Should().BeTrue();
        bench.Source.End(ids[0]);
        bench.Source.End(ids[1]);
        bench.Source.End(ids[2]);
        ids.Select(i => bench.Run(i).Status).Should().OnlyContain(s => s == "InProgress");
        ids.Select(i => (bench.Run(i).Stage, bench.Run(i).Waiting)).Should().Equal(("Train", false), ("Train", true), ("Train", true));
        bench.Train.End(ids[0]);
        ids.Select(i => bench.Run(i).Waiting).Should().Equal(false, false, true);
    }

    [Fact]
    public void Parallel_SeveralRuns_DoNotHoldEachOther_AndTheirTokensAreInTheActionList()
    {
        using var bench = new PipelineBench("PARALLEL");
        string[] ids = [bench.StartToApproval(), bench.StartToApproval()];
        ids.Select(i => bench.Run(i).Waiting).Should().Equal(false, false);
        bench.State().Objects("stageStates").Should().OnlyContain(s => s.Object("latestExecution") == null);
        var listed = bench.Call("ListActionExecutions", new() { ["pipelineName"] = "p", ["filter"] = new JsonObject { ["pipelineExecutionId"] = ids[1] } })
            .Objects("actionExecutionDetails").First(a => a.Text("actionName") == "Gate");
        var token = listed.Object("output")!.Object("executionResult")!.Text("externalExecutionId");
        bench.Approve(token!);
        ids.Select(i => bench.Run(i).Stage).Should().Equal("Approve", "Deploy");
    }

    [Fact]
    public void Queued_FiftyActiveRuns_RefusesOneMore()
    {
        using var bench = new PipelineBench("QUEUED");
        for (var i = 0; i < 50; i++)
            bench.Start();
        bench.Invoking(b => b.Start()).Should().Throw<AwsException>().Which.Code.Should().Be("ConcurrentPipelineExecutionsLimitExceededException");
    }

    [Fact]
    public async Task Approval_FiftyAnswersAtOnce_OneWins()
    {
        using var bench = new PipelineBench();
        var id = bench.StartToApproval();
        var token = bench.Token(id);
        using var gate = new Barrier(50);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Factory.StartNew(() =>
        {
            gate.SignalAndWait();
            try
            {
                bench.Approve(token, i % 2 == 0 ? "Approved" : "Rejected", $"answer {i}");
                return "";
            }
            catch (AwsException e)
            {
                return e.Code;
            }
        }, default, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        answers.Count(a => a == "").Should().Be(1);
        answers.Where(a => a != "").Should().OnlyContain(a => a == "ApprovalAlreadyCompletedException");
    }

    [Fact]
    public void Approval_WrongToken_IsRefused()
    {
        using var bench = new PipelineBench();
        bench.StartToApproval();
        bench.Invoking(b => b.Approve(Guid.NewGuid().ToString())).Should().Throw<AwsException>().Which.Code.Should().Be("InvalidApprovalTokenException");
    }

    [Fact]
    public void Approval_Rejected_FailsTheStageWithTheSummary()
    {
        using var bench = new PipelineBench();
        var id = bench.StartToApproval();
        bench.Approve(bench.Token(id), "Rejected", "accuracy is worse");
        bench.Run(id).Status.Should().Be("Failed");
        var action = bench.State().Objects("stageStates").First(s => s.Text("stageName") == "Approve").Objects("actionStates").First().Object("latestExecution")!;
        action.Text("summary").Should().Be("accuracy is worse");
        action.Text("lastUpdatedBy").Should().Contain("user/test");
        action.Text("token").Should().BeNull();
    }

    [Fact]
    public void Approval_SevenDaysUnanswered_Fails()
    {
        using var bench = new PipelineBench();
        var id = bench.StartToApproval();
        bench.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        bench.Engine.ExpireApprovals();
        bench.Run(id).Status.Should().Be("InProgress");
        bench.Time.Advance(TimeSpan.FromMinutes(2));
        bench.Engine.ExpireApprovals();
        bench.Run(id).Status.Should().Be("Failed");
        bench.Invoking(b => b.Approve(b.Run(id).Stages["Approve"].Actions[0].Token!)).Should().Throw<AwsException>();
    }

    [Fact]
    public void Retry_FailedActions_RunsOnlyThoseAgain()
    {
        using var bench = new PipelineBench();
        var id = bench.Start();
        bench.Source.End(id);
        bench.Train.Fail(id, "Fit", "hyperparameter 'x' is not known");
        bench.Run(id).Status.Should().Be("InProgress", "the other action still runs");
        bench.Train.End(id, ActionOutcome.Success(), "Check");
        bench.Run(id).Status.Should().Be("Failed");
        bench.Retry(id, "Train");
        bench.Run(id).Status.Should().Be("InProgress");
        bench.Invoking(b => b.Retry(id, "Train")).Should().Throw<AwsException>().Which.Code.Should().Be("ConflictException");
        bench.Train.End(id, ActionOutcome.Success(), "Fit");
        bench.Run(id).Stage.Should().Be("Approve");
        bench.Train.Calls.Count(c => c.Action.Name == "Check").Should().Be(1);
    }

    [Fact]
    public void Retry_AfterANewerRunEnteredTheStage_IsRefused()
    {
        using var bench = new PipelineBench();
        var old = bench.Start();
        bench.Source.End(old);
        bench.Train.Fail(old, "Fit", "no");
        bench.Train.End(old, ActionOutcome.Success(), "Check");
        bench.StartToApproval();
        bench.Invoking(b => b.Retry(old, "Train")).Should().Throw<AwsException>().Which.Code.Should().Be("NotLatestPipelineExecutionException");
    }

    [Fact]
    public void Stop_Waiting_LetsActionsEndAndStopsThere()
    {
        using var bench = new PipelineBench();
        var id = bench.Start();
        bench.Stop(id);
        bench.Run(id).Status.Should().Be("Stopping");
        bench.Invoking(b => b.Stop(id)).Should().Throw<AwsException>().Which.Code.Should().Be("DuplicatedStopRequestException");
        bench.Source.End(id);
        bench.Run(id).Status.Should().Be("Stopped");
        bench.Invoking(b => b.Stop(id)).Should().Throw<AwsException>().Which.Code.Should().Be("PipelineExecutionNotStoppableException");
    }

    [Fact]
    public void Stop_Abandoning_EndsAtOnce_AndTheStageIsFree()
    {
        using var bench = new PipelineBench();
        var id = bench.StartToApproval();
        bench.Stop(id, abandon: true);
        bench.Run(id).Status.Should().Be("Stopped");
        bench.Run(id).Stages["Approve"].Actions[0].Status.Should().Be("Abandoned");
        bench.Invoking(b => b.Approve(b.Run(id).Stages["Approve"].Actions[0].Token!)).Should().Throw<AwsException>();
        bench.Run(bench.StartToApproval()).Waiting.Should().BeFalse();
    }

    [Fact]
    public void Transition_Disabled_HoldsRunsUntilItIsEnabled()
    {
        using var bench = new PipelineBench();
        bench.Transition("DisableStageTransition", "Approve");
        var id = bench.StartToApproval();
        bench.Run(id).Waiting.Should().BeTrue();
        bench.State().Objects("stageStates").First(s => s.Text("stageName") == "Approve").Object("inboundTransitionState")!.Text("disabledReason").Should().Be("freeze");
        bench.Transition("EnableStageTransition", "Approve");
        bench.Run(id).Waiting.Should().BeFalse();
    }

    [Fact]
    public void Rollback_ToAnEarlierSuccess_RunsOnlyThatStageWithItsArtifacts()
    {
        using var bench = new PipelineBench();
        var good = bench.StartToApproval();
        bench.Approve(bench.Token(good));
        bench.Deploy.End(good);
        var id = bench.Rollback(good, "Deploy").Text("pipelineExecutionId")!;
        (bench.Run(id).Type, bench.Run(id).RollbackTarget).Should().Be(("ROLLBACK", good));
        bench.Invoking(b => b.Rollback(good, "Deploy")).Should().Throw<AwsException>().Which.Code.Should().Be("ConflictException");
        bench.Deploy.End(id);
        bench.Run(id).Status.Should().Be("Succeeded");
        bench.Run(id).Artifacts["In"].Should().Be(bench.Run(good).Artifacts["In"]);
        bench.Invoking(b => b.Rollback(id, "Source")).Should().Throw<AwsException>().Which.Code.Should().Be("UnableToRollbackStageException");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Restart_AtAnyStage_GoesOnWhereItWas(int stage)
    {
        using var bench = new PipelineBench();
        var id = bench.Start();
        void CrashAt(int here)
        {
            if (here == stage)
                bench.Restart();
        }
        CrashAt(0);
        bench.Source.End(id);
        CrashAt(1);
        bench.Train.End(id);
        var token = bench.Token(id);
        CrashAt(2);
        bench.Token(id).Should().Be(token, "a token that was handed out stays good");
        bench.Approve(token);
        CrashAt(3);
        bench.Deploy.End(id);
        bench.Run(id).Status.Should().Be("Succeeded");
        bench.Run(id).Stages.Values.SelectMany(s => s.Actions).Should().HaveCount(5, "nothing was done twice");
    }

    [Fact]
    public void Restart_InTheMiddleOfAnAction_CallsItsRunnerWithWhatItReported()
    {
        using var bench = new PipelineBench();
        var id = bench.Start();
        bench.Source.End(id);
        bench.Train.Open(id).First(c => c.Action.Name == "Fit").Report(r => (r.ExternalId, r.ContinuationToken) = ("job-1", "token-1"));
        bench.Restart();
        var again = bench.Train.Open(id).First(c => c.Action.Name == "Fit");
        (again.ExternalId, again.ContinuationToken).Should().Be(("job-1", "token-1"));
        bench.Train.End(id);
        bench.Run(id).Stage.Should().Be("Approve");
    }
}
