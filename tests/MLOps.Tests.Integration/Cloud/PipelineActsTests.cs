using System.IO.Compression;
using Amazon.CloudFormation;
using Amazon.CodePipeline;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Pipelines;
using Aws = Amazon.CodePipeline.Model;

namespace MLOps.Tests.Integration.Cloud;

/// <summary>What the portal does to pipelines, on pipelines of an upload and an approval that really run.</summary>
public sealed class PipelineActsTests
{
    private const string Name = ConnectedCloud.Name;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_WithVariablesAndARevision_RunsOnThem()
    {
        await using var tiny = await TinyCloud.StartAsync();
        var first = await UploadAsync(tiny, "one");
        await UploadAsync(tiny, "two");
        await CreateAsync(tiny, "story", "SUPERSEDED");
        await RunToTheEndAsync(tiny);
        var reader = tiny.Cloud.Get<IPipelineReader>();
        var definition = (await reader.DetailAsync(Name, "story", Cancelled)).Definition;
        (await reader.RevisionsAsync(Name, definition.Stages[0].Actions[0], Cancelled)).Select(r => r.RevisionId).Should().HaveCount(2).And.Contain(first);

        var id = await tiny.Cloud.Get<IPipelineCommands>().StartAsync(Name, "story", new([new("who", "me")], [new("Take", "S3_OBJECT_VERSION_ID", first)]), Cancelled);

        await WaitingAsync(tiny, id);
        var detail = await reader.ExecutionAsync(Name, "story", id, Cancelled);
        detail.Execution.Revisions.Single().RevisionId.Should().Be(first);
        detail.Execution.Variables.Should().Equal(new MLOps.Cloud.Values.Setting("who", "me"));
        detail.Actions.Single(a => a.Action == "Ask").Configuration.Should().Contain(s => s.Name == "CustomData" && s.Value == "For me");
        var artifact = detail.Actions.Single(a => a.Action == "Take").Outputs.Single();
        (await tiny.Cloud.Get<IObjectStore>().ReadZipAsync(Name, new ObjectRef(artifact.Bucket, artifact.Key), Cancelled))["text.txt"].Should().Be("one");
        var unknown = () => tiny.Cloud.Get<IPipelineCommands>().StartAsync(Name, "story", new([new("nobody", "x")], []), Cancelled);
        (await unknown.Should().ThrowAsync<CloudException>()).Which.Fault.Message.Should().Contain("nobody");
    }

    [Fact]
    public async Task Transition_ClosedThenOpened_HoldsExecutionsBack()
    {
        await using var tiny = await TinyCloud.StartAsync();
        await UploadAsync(tiny, "one");
        await CreateAsync(tiny, "story", "QUEUED");
        var commands = tiny.Cloud.Get<IPipelineCommands>();
        await commands.SetTransitionAsync(Name, "story", "Sign", enabled: false, "Release freeze", Cancelled);
        var id = await commands.StartAsync(Name, "story", cancelled: Cancelled);
        var held = (await tiny.Cloud.UntilAsync<PipelineSummary>(s => s.Items.Any(p => p.Stages.Any(x => x.Name == "Sign" && x.InboundExecutionIds.Contains(id))))).Items.Single();
        held.Stages.Single(s => s.Name == "Sign").Should().Match<StageState>(s => !s.TransitionEnabled && s.DisabledReason == "Release freeze" && s.DisabledAt != null);
        held.ExecutionMode.Should().Be("QUEUED");

        await commands.SetTransitionAsync(Name, "story", "Sign", enabled: true, cancelled: Cancelled);
        await tiny.Cloud.UntilAsync<PendingApproval>(s => s.Items.Count > 0);
    }

    [Fact]
    public async Task Rollback_ToAnEarlierExecution_RunsTheStageOnItsRevision()
    {
        await using var tiny = await TinyCloud.StartAsync();
        var first = await UploadAsync(tiny, "one");
        await CreateAsync(tiny, "story", "SUPERSEDED");
        var one = await RunToTheEndAsync(tiny);
        await UploadAsync(tiny, "two");
        var two = await RunToTheEndAsync(tiny, one);
        var (reader, commands) = (tiny.Cloud.Get<IPipelineReader>(), tiny.Cloud.Get<IPipelineCommands>());
        (await reader.RollbackTargetsAsync(Name, "story", "Sign", Cancelled)).Executions.Select(e => e.Id).Should().Equal(two, one);

        var back = await commands.RollbackStageAsync(Name, "story", "Sign", one, Cancelled);
        await WaitingAsync(tiny, back);
        var detail = await reader.ExecutionAsync(Name, "story", back, Cancelled);
        detail.Execution.Should().Match<PipelineExecution>(e => e.ExecutionType == "ROLLBACK" && e.RollbackTargetId == one && e.TriggerType == "ManualRollback");
        detail.Execution.Revisions.Single().RevisionId.Should().Be(first);
        detail.Actions.Select(a => a.Stage).Should().Equal("Sign");

        await ApproveAsync(tiny, back);
        await EndedAsync(tiny, back, "Succeeded");
        (await reader.RollbackTargetsAsync(Name, "story", "Sign", Cancelled)).Executions.Should().NotContain(e => e.Id == back, "a rollback is nothing to go back to");
        await CreateAsync(tiny, "story", "SUPERSEDED", update: true);
        (await reader.RollbackTargetsAsync(Name, "story", "Sign", Cancelled)).Should().Match<RollbackTargets>(
            t => t.Executions.Count == 0 && t.Outdated == 2 && t.Version == 2, "what ran an older version of the pipeline is refused");
        var outdated = () => commands.RollbackStageAsync(Name, "story", "Sign", one, Cancelled);
        (await outdated.Should().ThrowAsync<CloudException>()).Which.Fault.Should().Match<CloudFault>(
            f => f.Kind == CloudFaultKind.Conflict && f.Code == "PipelineExecutionOutdatedException" && f.Message.StartsWith("The pipeline was changed since"));
    }

    [Fact]
    public async Task Parallel_TwoExecutions_EachHaveStagesOfTheirOwn()
    {
        await using var tiny = await TinyCloud.StartAsync();
        await UploadAsync(tiny, "one");
        await CreateAsync(tiny, "story", "PARALLEL");
        var commands = tiny.Cloud.Get<IPipelineCommands>();
        var (one, two) = (await commands.StartAsync(Name, "story", cancelled: Cancelled), await commands.StartAsync(Name, "story", cancelled: Cancelled));
        await tiny.Cloud.UntilAsync<PendingApproval>(s => new[] { one, two }.All(id => s.Items.Any(a => a.ExecutionId == id)));

        var summary = (await tiny.Cloud.UntilAsync<PipelineSummary>(s => s.Items.Any(p => p.Stages.Any(x => x is { Name: "Sign", Status: "InProgress" })))).Items.Single();
        summary.Stages.Select(s => (s.Name, s.Status, s.ExecutionId)).Should().Equal(("Source", "Succeeded", two), ("Sign", "InProgress", two));
        summary.Status.Should().Be("AwaitsApproval");
        await commands.StopAsync(Name, "story", two, abandon: true, "not this one", Cancelled);
        await EndedAsync(tiny, two, "Stopped");
        (await tiny.Cloud.Get<IPipelineReader>().ExecutionAsync(Name, "story", one, Cancelled)).Execution.Status.Should().Be("InProgress", "they do not wait for each other");
        await commands.RetryStageAsync(Name, "story", "Sign", two, allActions: true, Cancelled);
        await WaitingAsync(tiny, two);
    }

    [Fact]
    public async Task StackEvents_OfACreation_AreReadInTheirOrder()
    {
        await using var tiny = await TinyCloud.StartAsync();
        var stacks = tiny.Cloud.Get<ICloudClients>().Get<IAmazonCloudFormation>(Name);
        await stacks.CreateStackAsync(new() { StackName = "topics", TemplateBody = """{"Resources": {"News": {"Type": "AWS::SNS::Topic"}}}""" }, Cancelled);
        await Eventually.TrueAsync(async () => (await stacks.DescribeStacksAsync(new() { StackName = "topics" }, Cancelled)).Stacks[0].StackStatus.Value == "CREATE_COMPLETE", TimeSpan.FromSeconds(60), "the stack stands");

        async Task<List<string>> ReadAsync(string stack, DateTimeOffset from)
        {
            var lines = new List<string>();
            await foreach (var line in tiny.Cloud.Get<IStackEvents>().ReadAsync(Name, stack, from, null, follow: false, Cancelled))
                lines.Add(line.Message);
            return lines;
        }

        var told = await ReadAsync("topics", DateTimeOffset.UnixEpoch);
        told[0].Should().StartWith("CREATE_IN_PROGRESS topics (AWS::CloudFormation::Stack)");
        told.Should().Contain(l => l.StartsWith("CREATE_COMPLETE News (AWS::SNS::Topic)"));
        told[^1].Should().StartWith("CREATE_COMPLETE topics");
        (await ReadAsync("topics", DateTimeOffset.UtcNow.AddMinutes(5))).Should().BeEmpty("they are older");
        (await ReadAsync("nothing", DateTimeOffset.UnixEpoch)).Should().BeEmpty();
    }

    private static async Task<string> RunToTheEndAsync(TinyCloud tiny, string after = "")
    {
        // The upload starts it by itself.
        var waiting = await tiny.Cloud.UntilAsync<PendingApproval>(s => s.Items.Any(a => a.ExecutionId != after));
        var id = waiting.Items.First(a => a.ExecutionId != after).ExecutionId;
        await ApproveAsync(tiny, id);
        await EndedAsync(tiny, id, "Succeeded");
        return id;
    }

    private static async Task ApproveAsync(TinyCloud tiny, string id) =>
        (await tiny.Cloud.Get<IApprovalCommands>().AnswerAsync(Name, new("story", "Sign", "Ask", id, true, "yes"), Cancelled)).Should().BeOfType<ApprovalOutcome.Done>();

    private static Task WaitingAsync(TinyCloud tiny, string id) => tiny.Cloud.UntilAsync<PendingApproval>(s => s.Items.Any(a => a.ExecutionId == id));

    private static Task EndedAsync(TinyCloud tiny, string id, string status) => Eventually.TrueAsync(
        async () => (await tiny.Cloud.Get<IPipelineReader>().ExecutionAsync(Name, "story", id, Cancelled)).Execution.Status == status, TimeSpan.FromSeconds(60), $"{id} is {status}");

    private static async Task<string> UploadAsync(TinyCloud tiny, string text)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = zip.CreateEntry("text.txt").Open())
            entry.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return await tiny.Cloud.Get<IObjectStore>().WriteAsync(Name, TinyCloud.Bucket, "story.zip", stream.ToArray(), "application/zip", Cancelled);
    }

    private static async Task CreateAsync(TinyCloud tiny, string name, string mode, bool update = false)
    {
        static Aws.ActionTypeId Type(ActionCategory category, string provider) => new() { Category = category, Owner = ActionOwner.AWS, Provider = provider, Version = "1" };
        var pipeline = new Aws.PipelineDeclaration
        {
            Name = name,
            RoleArn = "arn:aws:iam::123456789012:role/trainer",
            PipelineType = PipelineType.V2,
            ExecutionMode = new ExecutionMode(mode),
            ArtifactStore = new() { Type = ArtifactStoreType.S3, Location = TinyCloud.Bucket },
            Variables = [new() { Name = "who", DefaultValue = "nobody" }],
            Stages =
            [
                new() { Name = "Source", Actions = [new() { Name = "Take", ActionTypeId = Type(ActionCategory.Source, "S3"), OutputArtifacts = [new() { Name = "Text" }], Configuration = new() { ["S3Bucket"] = TinyCloud.Bucket, ["S3ObjectKey"] = "story.zip" } }] },
                new() { Name = "Sign", Actions = [new() { Name = "Ask", ActionTypeId = Type(ActionCategory.Approval, "Manual"), Configuration = new() { ["CustomData"] = "For #{variables.who}" } }] },
            ],
        };
        var client = tiny.Cloud.Get<ICloudClients>().Get<IAmazonCodePipeline>(Name);
        if (update)
            await client.UpdatePipelineAsync(new Aws.UpdatePipelineRequest { Pipeline = pipeline }, Cancelled);
        else
            await client.CreatePipelineAsync(new Aws.CreatePipelineRequest { Pipeline = pipeline }, Cancelled);
    }
}
