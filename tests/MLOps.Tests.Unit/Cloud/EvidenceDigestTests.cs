using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;

namespace MLOps.Tests.Unit.Cloud;

public sealed class EvidenceDigestTests
{
    private static readonly CloudConnection Place = new("local", "123456789012", "us-east-1", ConnectionKind.Embedded);

    [Fact]
    public void Sign_SameEvidenceReadLater_HasTheSameDigest()
    {
        var first = EvidenceDigest.Sign(Evidence(0.9667), Place);
        var later = EvidenceDigest.Sign(Evidence(0.9667) with
        {
            ProductionEndpoint = Production(instances: 7),
            Candidate = Candidate(0.9667) with { Job = Job(0.9667, reversed: true) },
        }, Place);

        later.Digest.Should().Be(first.Digest).And.MatchRegex("^[0-9a-f]{64}$");
        later.Canonical.Should().Be(first.Canonical);
    }

    [Fact]
    public void Sign_AnyPartThatMattersChanges_ChangesTheDigest()
    {
        var evidence = Evidence(0.9667);
        SignOffEvidence[] changed =
        [
            Evidence(0.9668),
            evidence with { Candidate = evidence.Candidate with { DeploymentJson = """{"EndpointPrefix":"iris-model" }""" } },
            evidence with { Candidate = evidence.Candidate with { ImageDigest = "sha256:other" } },
            evidence with { Execution = evidence.Execution with { Revisions = [new SourceRevision("SourceAction", "v2")] } },
            evidence with { Production = Candidate(0.5) },
            evidence with { ProductionEndpoint = Production(instances: 2) with { Variants = [new VariantState("Champion") { Model = "model-2" }] } },
            evidence with { RequestedBy = "somebody" },
        ];

        changed.Append(evidence).Select(e => EvidenceDigest.Sign(e, Place).Digest).Should().OnlyHaveUniqueItems();
    }

    private static SignOffEvidence Evidence(double accuracy) =>
        new("local", "iris-model-pipeline", new PipelineExecution("exec-1", "InProgress") { Revisions = [new SourceRevision("SourceAction", "v1")] }, "")
        {
            Candidate = Candidate(accuracy),
            ProductionEndpoint = Production(instances: 2),
        };

    private static ModelEvidence Candidate(double accuracy) => new()
    {
        ExecutionId = "exec-1",
        RevisionId = "v1",
        TrainingJobJson = "{}",
        DeploymentJson = """{"EndpointPrefix":"iris-model"}""",
        ImageDigest = "sha256:one",
        Job = Job(accuracy, reversed: false),
    };

    private static TrainingJobDetail Job(double accuracy, bool reversed)
    {
        MetricValue[] metrics = [new("accuracy", accuracy), new("f1", 0.9)];
        if (reversed)
            Array.Reverse(metrics);
        return new TrainingJobDetail(new TrainingJobSummary("local", "job-1", "Completed") { Metrics = [.. metrics] }) { Hyperparameters = [new("C", "1.0")] };
    }

    private static EndpointSummary Production(int instances) => new("local", "iris-model-production", "InService")
    {
        Variants = [new VariantState("Champion") { Model = "model-1", CurrentInstances = instances }],
    };
}
