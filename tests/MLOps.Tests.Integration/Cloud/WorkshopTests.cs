using System.Text;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Values;
using MLOps.Cloud.Workshop;

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
