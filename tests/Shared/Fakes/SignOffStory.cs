using MLOps.Cloud.Approvals;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Promotion;

namespace MLOps.Tests.Fakes;

/// <summary>The evidence of the approval that waits: a candidate beside what production runs.</summary>
public static class SignOffStory
{
    public const string EvidenceDigest = "3f0c8e1a5b7d9f2246810acebdf13579bdf02468ace13579bdf02468ace13579";

    /// <summary>Flowers that the fake model gets right.</summary>
    public const string Cases = "sepal_length,sepal_width,petal_length,petal_width,label\n4.6,3.1,1.5,0.2,Iris-setosa\n5.1,3.4,1.5,0.2,Iris-setosa\n";

    private const string Card = "# Iris\n\n## Business understanding\nTell three species apart.\n\n## Evaluation\nAccuracy on <script>alert(1)</script> 30 flowers.\n";

    public static void Add(FakeCloud cloud, DateTimeOffset at)
    {
        var endpoints = cloud.Endpoints.Current("local").Items;
        cloud.Evidence[IrisStory.Candidate] = new SignOffEvidence("local", IrisStory.Pipeline, IrisStory.Execution(IrisStory.Candidate, "InProgress", at.AddMinutes(-7)), EvidenceDigest)
        {
            Approvals = cloud.Approvals.Current("local").Items,
            RequestedBy = "arn:aws:iam::123456789012:user/scientist",
            Candidate = Model(cloud, IrisStory.Candidate, "100", "6") with { Files = new Dictionary<string, string> { ["model_card.md"] = Card, ["validation/cases.csv"] = Cases } },
            Production = Model(cloud, IrisStory.Champion, "50", "4"),
            DevelopmentEndpoint = endpoints.First(e => e.Name == "iris-model-development"),
            ProductionEndpoint = endpoints.First(e => e.Name == "iris-model-production"),
            DevelopmentEndpointName = "iris-model-development",
            ProductionEndpointName = "iris-model-production",
            Canonical = """{"execution":"7f3c9a52","revision":"Vb3q","image":"sha256:8f43","metrics":{"logistic:accuracy":0.9667}}""",
        };
        // The candidate serves beside the champion already, with a tenth of the traffic.
        cloud.Histories["iris-model-production"] = new ProductionHistory(endpoints.First(e => e.Name == "iris-model-production"))
        {
            Pipeline = IrisStory.Pipeline, Stage = "DeployPrd", ApprovalStage = "DeployApproval", Approval = "ApproveDeploy",
            Origins =
            [
                new("Champion", $"iris-model-production-{IrisStory.Champion}", IrisStory.Job(IrisStory.Champion), IrisStory.Champion, at.AddHours(-26)),
                new("Challenger", $"iris-model-production-{IrisStory.Candidate}", IrisStory.Job(IrisStory.Candidate), IrisStory.Candidate, at.AddMinutes(-7)),
            ],
            Earlier = [IrisStory.Execution(IrisStory.Champion, "Succeeded", at.AddHours(-26), at.AddHours(-25.8))],
        };
    }

    /// <summary>The same execution, after somebody retrained: the evidence is another.</summary>
    public static void Change(FakeCloud cloud)
    {
        var seen = cloud.Evidence[IrisStory.Candidate];
        cloud.Evidence[IrisStory.Candidate] = seen with
        {
            Digest = new string('a', 64),
            Canonical = """{"execution":"7f3c9a52","revision":"Vb3q","image":"sha256:ffff","metrics":{"logistic:accuracy":0.81}}""",
        };
    }

    private static ModelEvidence Model(FakeCloud cloud, string execution, string trees, string depth) => new()
    {
        ExecutionId = execution, RevisionId = execution == IrisStory.Candidate ? IrisStory.Revision : "Q0wErTyUiOp1AsDfGhJkL2zXcVbNm3qW", Image = $"123456789012.dkr.ecr.us-east-1.amazonaws.com/mlops-dispatcher@{IrisStory.Digest}",
        ImageDigest = IrisStory.Digest, Job = cloud.JobDetails[IrisStory.Job(execution)],
        TrainingJobJson = $$"""
            {
              "AlgorithmSpecification": { "TrainingImage": "mlops-dispatcher:latest", "TrainingInputMode": "File" },
              "HyperParameters": { "target": "species", "logistic_max_iter": "500", "logistic_C": "1.0", "random_forest_n_estimators": "{{trees}}", "random_forest_max_depth": "{{depth}}" },
              "ResourceConfig": { "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5 }
            }
            """,
        DeploymentJson = """
            {
              "EndpointPrefix": "iris-model",
              "ProductionEndpoint": { "InstanceType": "ml.m5.large", "InitialInstanceCount": 2, "AutoScaling": { "MinCapacity": 2, "MaxCapacity": 10, "TargetValue": 750 } }
            }
            """,
    };
}
