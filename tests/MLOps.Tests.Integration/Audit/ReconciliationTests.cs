using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Pipelines;
using MLOps.Ledger;
using MLOps.Portal.Features.Audit;
using MLOps.Portal.Shared.Ledger;
using MLOps.Tests.Fakes;
using MLOps.Tests.Integration.Portal;

namespace MLOps.Tests.Integration.Audit;

/// <summary>What has no outcome is looked up in the cloud, by whoever may, and never repeated.</summary>
public sealed class ReconciliationTests
{
    private static readonly string[] AtOnce = ["--Audit:SettleAfter=00:00:00", "--Audit:LookEvery=01:00:00"];

    public static TheoryData<string, string, Action<FakeCloud>, string> Stories
    {
        get
        {
            var now = DateTimeOffset.UtcNow;
            return new TheoryData<string, string, Action<FakeCloud>, string>
            {
                { "start pipeline iris-model-pipeline", "", c => Executions(c, new PipelineExecution("new", "InProgress") { TriggerType = "StartPipelineExecution", Started = now.AddSeconds(30) }), EntryResult.Happened },
                { "start pipeline iris-model-pipeline", "", c => Executions(c, new PipelineExecution("new", "InProgress") { TriggerType = "CloudWatchEvent", Started = now.AddSeconds(30) }), EntryResult.Absent },
                { "start pipeline iris-model-pipeline", "", c => Executions(c, new PipelineExecution("old", "Succeeded") { TriggerType = "StartPipelineExecution", Started = now.AddHours(-1) }), EntryResult.Absent },
                { "start pipeline iris-model-pipeline", "", c => Executions(c, Started("a", now), Started("b", now)), EntryResult.Unclear },
                { "roll back stage DeployPrd of iris-model-pipeline", "good-1", c => Executions(c, Started("back", now) with { TriggerType = "ManualRollback", RollbackTargetId = "good-1" }), EntryResult.Happened },
                { "stop execution x", IrisStory.Candidate, c => c.Executions[IrisStory.Candidate] = c.Executions[IrisStory.Candidate] with { Execution = new(IrisStory.Candidate, "Stopping") }, EntryResult.Happened },
                { "stop execution x", IrisStory.Candidate, _ => { }, EntryResult.Absent },
                { "retry stage DeployDev of x", IrisStory.Candidate, _ => { }, EntryResult.Absent },
                { "disable the transition into DeployDev of x", "", _ => { }, EntryResult.Absent },
                { "enable the transition into DeployDev of x", "", _ => { }, EntryResult.Happened },
                { "close the way into DeployDev of x", "", _ => { }, EntryResult.Absent },
                { "open the way into DeployDev of x", "", _ => { }, EntryResult.Happened },
                { "tag training job x", "", _ => { }, EntryResult.Unclear },
                { "delete endpoint gone", "", _ => { }, EntryResult.Happened },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task Command_WithoutOutcome_IsLookedUp(string what, string execution, Action<FakeCloud> story, string result)
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        story(cloud);
        await using var portal = await PortalHost.StartAsync(cloud, AtOnce);
        var deed = new Deed(what);
        var intent = await portal.Services.GetRequiredService<ILedger>().AppendAsync(Entries.Fact(deed.Kind, "") with
        {
            Type = EntryType.Intent, Object = deed.Object, Connection = "local",
            Details = new Dictionary<string, string> { ["pipeline"] = IrisStory.Pipeline, ["stage"] = "DeployDev", ["execution"] = execution, ["endpoint"] = "gone" },
        }, TestContext.Current.CancellationToken);

        (await portal.Services.GetRequiredService<Reconciliation>().RunAsync(TestContext.Current.CancellationToken)).Should().Be(0);

        (await LedgerTests.AllAsync(portal)).Single(e => e.Of == intent.Sequence).Result.Should().Be(result);
        cloud.Calls.Should().BeEmpty("nothing is repeated");
    }

    [Fact]
    public async Task Command_OfEveryKind_HasSomebodyWhoLooksItUp()
    {
        await using var portal = await PortalHost.StartAsync();
        portal.Services.GetServices<IReconciler>().SelectMany(r => r.Kinds).Distinct().Should().Contain(
            ["approve", "reject", "override", "promote", "shift", "rollback", "start", "stop", "retry", "deploy", "scale", "capture", "make", "delete", "launch", "tag", "untag", "evaluate", "upload"]);
    }

    [Fact]
    public async Task Approval_CloudAway_StaysOpenUntilItCanBeAsked()
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        cloud.FindFault = new CloudFault(CloudFaultKind.Unreachable, "The cloud does not answer.");
        await using var portal = await PortalHost.StartAsync(cloud, AtOnce);
        var intent = await ApproveAsync(portal);
        var reconciliation = portal.Services.GetRequiredService<Reconciliation>();
        (await reconciliation.RunAsync(TestContext.Current.CancellationToken)).Should().Be(1);
        cloud.Standing = new(null, new ApprovalOutcome.AlreadyAnswered(true, "arn", DateTimeOffset.UtcNow, "Ada (ada): good"));
        cloud.FindFault = null;
        (await reconciliation.RunAsync(TestContext.Current.CancellationToken)).Should().Be(0);
        (await LedgerTests.AllAsync(portal)).Single(e => e.Of == intent.Sequence).Result.Should().Be(EntryResult.Happened);
    }

    [Theory]
    [InlineData(true, "Ada (ada): good", EntryResult.Happened)]
    [InlineData(true, "Approved by arn:aws:iam::1:user/x: Ada (ada): good", EntryResult.Happened)]
    [InlineData(false, "Ada (ada): good", EntryResult.Absent)]
    [InlineData(true, "Grace: good", EntryResult.Absent)]
    public async Task Approval_AnsweredMeanwhile_HappenedOnlyIfItWasThisAnswer(bool approved, string summary, string result)
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        cloud.Standing = new(null, new ApprovalOutcome.AlreadyAnswered(approved, "arn", DateTimeOffset.UtcNow, summary));
        await using var portal = await PortalHost.StartAsync(cloud, AtOnce);
        var intent = await ApproveAsync(portal);
        await portal.Services.GetRequiredService<Reconciliation>().RunAsync(TestContext.Current.CancellationToken);
        (await LedgerTests.AllAsync(portal)).Single(e => e.Of == intent.Sequence).Result.Should().Be(result);
    }

    [Fact]
    public async Task Approval_NotThereYet_IsLeftOpenWhileItMayBeOnItsWay()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Audit:LookEvery=01:00:00");
        await ApproveAsync(portal);
        (await portal.Services.GetRequiredService<Reconciliation>().RunAsync(TestContext.Current.CancellationToken)).Should().Be(1);
    }

    [Fact]
    public async Task Postgres_OtherInstancesIntents_AreLookedUpOnlyWhenItHasEnded()
    {
        string[] settings = [.. await LedgerTests.SettingsAsync("Postgres"), .. AtOnce];
        await using var one = await PortalHost.StartAsync(null, settings);
        var other = await PortalHost.StartAsync(null, settings);
        await Eventually.TrueAsync(async () => await one.Services.GetRequiredService<LedgerInstance>().StandInAsync(other.Services.GetRequiredService<LedgerInstance>().Id, default) is not { } standIn || await FreeAsync(standIn),
            TimeSpan.FromSeconds(20), "the other instance says that it lives");
        var intent = await ApproveAsync(other);

        var reconciliation = one.Services.GetRequiredService<Reconciliation>();
        (await reconciliation.RunAsync(TestContext.Current.CancellationToken)).Should().Be(1, "the other one may be at it");
        await other.DisposeAsync();
        (await reconciliation.RunAsync(TestContext.Current.CancellationToken)).Should().Be(0);
        (await LedgerTests.AllAsync(one)).Single(e => e.Of == intent.Sequence).Result.Should().Be(EntryResult.Absent);

        static async Task<bool> FreeAsync(IAsyncDisposable standIn)
        {
            await standIn.DisposeAsync();
            return false;
        }
    }

    private static Task<LedgerEntry> ApproveAsync(PortalHost portal) => portal.Services.GetRequiredService<ILedger>().AppendAsync(
        Entries.Fact(LedgerKind.Approve, Claims.Approval("local", IrisStory.Pipeline, "DeployApproval", "ApproveDeploy", IrisStory.Candidate, "t1")) with
        {
            Type = EntryType.Intent, Connection = "local", Name = "Ada (ada)",
            Details = new Dictionary<string, string>
            {
                ["pipeline"] = IrisStory.Pipeline, ["stage"] = "DeployApproval", ["action"] = "ApproveDeploy", ["execution"] = IrisStory.Candidate, ["summary"] = "Ada (ada): good",
            },
        });

    private static PipelineExecution Started(string id, DateTimeOffset now) => new(id, "InProgress") { TriggerType = "StartPipelineExecution", Started = now.AddSeconds(30) };

    private static void Executions(FakeCloud cloud, params PipelineExecution[] executions)
    {
        var detail = cloud.PipelineDetails[IrisStory.Pipeline];
        cloud.PipelineDetails[IrisStory.Pipeline] = detail with { Executions = new([.. executions], null) };
    }
}
