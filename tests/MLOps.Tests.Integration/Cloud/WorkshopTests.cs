using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Values;
using MLOps.Cloud.Workshop;
using MLOps.LocalCloud.Engine.Processes;

namespace MLOps.Tests.Integration.Cloud;

/// <summary>The workshop from its first start to a prediction from production, as the portal walks it.</summary>
public sealed class WorkshopTests
{
    private const string Name = ConnectedCloud.Name;
    private const string Pipeline = "iris-model-pipeline";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Seed_FreshCloud_LeadsToAPredictionFromProduction()
    {
        await using var cloud = await ConnectedCloud.StartAsync(seed: true);
        RequirePython(cloud);
        await SeededAsync(cloud);

        var pending = (await cloud.UntilAsync<PendingApproval>(s => s.Items.Count > 0, Patience)).Items.Single();
        (pending.Pipeline, pending.Stage, pending.Action).Should().Be((Pipeline, "DeployApproval", "ApproveDeploy"));
        pending.CustomData.Should().Contain($"iris-model-{pending.ExecutionId}", "the author's text is resolved");
        pending.Expires.Should().Be(pending.Since.AddDays(7));
        pending.RevisionSummary.Should().Be("The workshop's first iris model");

        var evidence = await EvidenceAsync(cloud, pending.ExecutionId);
        evidence.Gaps.Should().BeEmpty();
        evidence.RequestedBy.Should().Be("workshop");
        evidence.Candidate.Job!.Job.Metrics.Should().Contain(m => m.Name == "logistic:accuracy" && m.Value > 0.8 && m.Value <= 1);
        evidence.Candidate.TrainingJobJson.Should().Contain("mlops-dispatcher");
        evidence.Candidate.ImageDigest.Should().StartWith("sha256:");
        evidence.DevelopmentEndpoint!.Status.Should().Be("InService");
        evidence.Production.Should().BeNull();
        evidence.Approvals.Single().TokenDigest.Should().Be(pending.TokenDigest);
        (await EvidenceAsync(cloud, pending.ExecutionId)).Digest.Should().Be(evidence.Digest);

        var outcomes = await Task.WhenAll(AnswerAsync(cloud, pending, "Ada: metrics are good"), AnswerAsync(cloud, pending, "Grace: me too"));
        outcomes.Should().ContainSingle(o => o is ApprovalOutcome.Done).And.ContainSingle(o => o is ApprovalOutcome.AlreadyAnswered);
        var answered = outcomes.OfType<ApprovalOutcome.AlreadyAnswered>().Single();
        answered.Approved.Should().BeTrue();
        answered.Summary.Should().BeOneOf("Ada: metrics are good", "Grace: me too");

        var production = (await cloud.UntilAsync<EndpointSummary>(
            s => s.Items.Any(e => e is { Name: "iris-model-production", Status: "InService" } && e.Variants[0] is { CurrentInstances: 2, Scaling.Policies.Count: 1 }), Patience))
            .Items.Single(e => e.Name == "iris-model-production");
        production.Variants.Single().Scaling.Should().Match<ScalingState>(s => s.MinInstances == 2 && s.MaxInstances == 10 && s.Policies.Single().TargetValue == 750);
        await cloud.UntilAsync<PipelineSummary>(s => s.Items.Any(p => p is { Name: Pipeline, Latest.Status: "Succeeded" }), Patience);

        foreach (var algorithm in (string[])["logistic", "random_forest"])
        {
            var answer = await cloud.Get<IEndpointInvoker>().InvokeAsync(
                Name, new InvocationRequest(production.Name, Encoding.UTF8.GetBytes("4.6,3.1,1.5,0.2")) { CustomAttributes = algorithm, Accept = "text/csv" }, Cancelled);
            answer.IsSuccess.Should().BeTrue(answer.Text);
            answer.Variant.Should().Be("Champion");
        }

        // Asked again, what went to production is both: what was decided, and what runs now.
        var after = await EvidenceAsync(cloud, pending.ExecutionId);
        after.Gaps.Should().BeEmpty();
        after.Production!.ExecutionId.Should().Be(pending.ExecutionId);
        after.Production.Job!.Job.Name.Should().Be(after.Candidate.Job!.Job.Name);
        after.Production.TrainingJobJson.Should().Be(after.Candidate.TrainingJobJson);
        after.Digest.Should().NotBe(evidence.Digest, "production runs something else now");

        await cloud.RestartPortalAsync(seed: true);
        await SeededAsync(cloud);
        (await cloud.Get<IPipelineReader>().ExecutionsAsync(Name, Pipeline, cancelled: Cancelled)).Items.Should().ContainSingle("what is there is left as it is");
    }

    [Fact]
    public async Task Seed_BrokenTemplate_SaysWhatFailedAndGoesOnWhenItIsMended()
    {
        var assets = CopyAssets();
        try
        {
            var (first, second) = (Path.Combine(assets, "Infrastructure", "base.yml"), Path.Combine(assets, "Infrastructure", "image-pipeline.yml"));
            var whole = await File.ReadAllTextAsync(first, Cancelled);
            await File.WriteAllTextAsync(first, whole.Replace("TopicName: mlops-approvals", "TopicName: 'mlops approvals!'", StringComparison.Ordinal), Cancelled);
            await File.WriteAllTextAsync(second, "Resources: {Nothing: {Type: AWS::Nothing::AtAll}}", Cancelled);
            await using var cloud = await ConnectedCloud.StartAsync(seed: true, assets);

            var failed = await UntilAsync(cloud, s => s.Phase == WorkshopPhase.Failed);
            failed.Active!.Id.Should().Be("base");
            failed.Active.Detail.Should().Contain("Approvals (AWS::SNS::Topic)");
            failed.Active.Remedy.Should().NotBeEmpty();

            await File.WriteAllTextAsync(first, whole, Cancelled);
            cloud.Get<IWorkshopSeeder>().Retry();
            failed = await UntilAsync(cloud, s => s.Phase == WorkshopPhase.Failed && s.Active!.Id != "base");
            failed.Steps.Select(s => s.Status).Take(3).Should().Equal(WorkshopStepStatus.Done, WorkshopStepStatus.Done, WorkshopStepStatus.Failed);
            failed.Active!.Detail.Should().Contain("AWS::Nothing::AtAll");
        }
        finally
        {
            Directory.Delete(assets, true);
        }
    }

    /// <summary>Training for real takes a Python with scikit-learn; CI has to have one.</summary>
    internal static void RequirePython(ConnectedCloud cloud)
    {
        try
        {
            cloud.LocalServices.GetRequiredService<PythonLocator>().Find("sklearn", "gunicorn", "boto3");
        }
        catch (InvalidOperationException e) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip(e.Message);
        }
    }

    private static async Task<WorkshopState> UntilAsync(ConnectedCloud cloud, Func<WorkshopState, bool> reached)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        deadline.CancelAfter(Patience);
        var (state, changes) = cloud.Get<IWorkshopSeeder>().Subscribe();
        if (reached(state))
            return state;
        await foreach (var next in changes.WithCancellation(deadline.Token))
            if (reached(next))
                return next;
        throw new InvalidOperationException("The seeder ended.");
    }

    private static string CopyAssets()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder.FullName, "src", "Infrastructure")))
            folder = folder.Parent!;
        var copy = Directory.CreateTempSubdirectory("assets-").FullName;
        foreach (var part in (string[])["Infrastructure", "Images"])
            foreach (var file in Directory.EnumerateFiles(Path.Combine(folder.FullName, "src", part), "*", SearchOption.AllDirectories))
            {
                var target = Path.Combine(copy, Path.GetRelativePath(Path.Combine(folder.FullName, "src"), file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        return copy;
    }

    private static async Task SeededAsync(ConnectedCloud cloud)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        deadline.CancelAfter(Patience);
        var (state, changes) = cloud.Get<IWorkshopSeeder>().Subscribe();
        await foreach (var next in changes.WithCancellation(deadline.Token))
            state = next;
        state.Phase.Should().Be(WorkshopPhase.Done, $"{state.Active}");
        state.Steps.Should().OnlyContain(s => s.Status == WorkshopStepStatus.Done);
    }

    private static Task<SignOffEvidence> EvidenceAsync(ConnectedCloud cloud, string execution) =>
        cloud.Get<IEvidenceReader>().EvidenceAsync(Name, Pipeline, execution, Cancelled);

    private static Task<ApprovalOutcome> AnswerAsync(ConnectedCloud cloud, PendingApproval pending, string summary) => cloud.Get<IApprovalCommands>().AnswerAsync(
        Name, new ApprovalAnswer(pending.Pipeline, pending.Stage, pending.Action, pending.ExecutionId, true, summary) { TokenDigest = pending.TokenDigest }, Cancelled);
}
