using MLOps.Cloud.Approvals;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Models;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;

namespace MLOps.Tests.Fakes;

/// <summary>The workshop's project as it stands while an approval waits: every page has something to show.</summary>
public static class IrisStory
{
    public const string Pipeline = "iris-model-pipeline";
    public const string Candidate = "7f3c9a52-1d0e-4c1b-9a57-2f6d1c0b84e1";
    public const string Champion = "1b2e77c4-93aa-4f0e-8d55-6c0f2a9b7d10";
    public const string Failed = "c04d6b1f-55a2-4a3e-b0a7-90d1f3c2e8aa";
    public const string Digest = "sha256:8f43a0b2c1d9e7765f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e";
    public const string Revision = "Vb3qT9xkLw0sY2mN8rPzA1cD4eF6gH7j";
    private const string Repository = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mlops-dispatcher";
    private static readonly string Image = $"{Repository}@{Digest}";

    /// <summary>A cloud in that state, whose clock stands at <paramref name="now"/>.</summary>
    public static FakeCloud Cloud(DateTimeOffset? now = null)
    {
        var at = now ?? FakeCloud.Now;
        var cloud = new FakeCloud(at);
        AddPipelines(cloud, at);
        AddTraining(cloud, at);
        AddEndpoints(cloud, at);
        SignOffStory.Add(cloud, at);
        return cloud;
    }

    public static string Job(string execution) => $"iris-model-{execution}";

    private static void AddPipelines(FakeCloud cloud, DateTimeOffset at)
    {
        var waiting = Execution(Candidate, "InProgress", at.AddMinutes(-7));
        var champion = Execution(Champion, "Succeeded", at.AddHours(-26), at.AddHours(-25.8));
        var failed = Execution(Failed, "Failed", at.AddHours(-3), at.AddHours(-2.98));
        PipelineSummary iris = new("local", Pipeline)
        {
            Version = 2, ExecutionMode = "SUPERSEDED", PipelineType = "V2", Created = at.AddDays(-3), Updated = at.AddDays(-1), Latest = waiting,
            Stages =
            [
                new("Source", "Succeeded", Candidate) { Actions = [Action("SourceAction", "Source", "S3", "Succeeded", at.AddMinutes(-7)) with { RevisionId = Revision }] },
                new("Train", "Succeeded", Candidate) { Actions = [Action("TrainModel", "Invoke", "Lambda", "Succeeded", at.AddMinutes(-5)) with { ExternalId = "mlops-train-iris-model" }] },
                new("DeployDev", "Succeeded", Candidate) { Actions = [Action("DeployModelDev", "Deploy", "CloudFormation", "Succeeded", at.AddMinutes(-4))] },
                new("DeployApproval", "InProgress", Candidate) { Actions = [Action("ApproveDeploy", "Approval", "Manual", Status.AwaitsApproval, at.AddMinutes(-4)) with { AwaitsApproval = true }] },
                new("DeployPrd", "Succeeded", Champion) { Actions = [Action("DeployModelPrd", "Deploy", "CloudFormation", "Succeeded", at.AddHours(-25.8))] },
            ],
        };
        PipelineSummary images = new("local", "mlops-image-pipeline")
        {
            Version = 1, ExecutionMode = "SUPERSEDED", PipelineType = "V2", Created = at.AddDays(-3),
            Latest = new("5a1d5a0c-0b9e-4c7f-a8e4-1f0e9d8c7b6a", "Succeeded") { Started = at.AddHours(-27), Updated = at.AddHours(-26.9), TriggerType = "CloudWatchEvent" },
            Stages =
            [
                new("Source", "Succeeded") { Actions = [Action("Source", "Source", "CodeCommit", "Succeeded", at.AddHours(-27))] },
                new("Build", "Succeeded") { Actions = [Action("BuildImages", "Build", "CodeBuild", "Succeeded", at.AddHours(-26.9))] },
            ],
        };
        PipelineSummary churn = new("local", "churn-model-pipeline")
        {
            Version = 1, ExecutionMode = "SUPERSEDED", PipelineType = "V2", Created = at.AddDays(-2), Latest = failed,
            Stages =
            [
                new("Source", "Succeeded", Failed) { Actions = [Action("SourceAction", "Source", "S3", "Succeeded", at.AddHours(-3))] },
                new("Train", "Failed", Failed)
                {
                    Actions =
                    [
                        Action("TrainModel", "Invoke", "Lambda", "Failed", at.AddHours(-2.98)) with
                        {
                            ErrorCode = "JobFailed",
                            ErrorMessage = "AlgorithmError: ValueError: The 'max_depth' parameter of RandomForestClassifier must be an int in the range [1, inf) or None. Got 'deep' instead.",
                        },
                    ],
                },
                new("DeployDev") { Actions = [new("DeployModelDev") { Category = "Deploy", Provider = "CloudFormation" }] },
                new("DeployApproval") { Actions = [new("ApproveDeploy") { Category = "Approval", Provider = "Manual" }] },
                new("DeployPrd") { Actions = [new("DeployModelPrd") { Category = "Deploy", Provider = "CloudFormation" }], TransitionEnabled = false, DisabledReason = "Freeze until Monday.", DisabledAt = at.AddHours(-5) },
            ],
        };
        cloud.Pipelines.Set(churn, iris, images);
        cloud.PipelineDetails[Pipeline] = new(iris, Definition(), new([waiting, failed with { Id = "e1", Status = "Superseded" }, champion]));
        cloud.PipelineDetails[churn.Name] = new(churn, Definition() with { Name = churn.Name }, new([failed]));
        cloud.Executions[Candidate] = new(waiting,
        [
            Run("SourceAction", "Source", "S3", "Succeeded", at.AddMinutes(-7), at.AddMinutes(-6.9)),
            Run("TrainModel", "Train", "Lambda", "Succeeded", at.AddMinutes(-6.9), at.AddMinutes(-5)),
            Run("DeployModelDev", "DeployDev", "CloudFormation", "Succeeded", at.AddMinutes(-5), at.AddMinutes(-4)),
            Run("ApproveDeploy", "DeployApproval", "Manual", "InProgress", at.AddMinutes(-4), null),
        ]);
        cloud.Approvals.Set(new PendingApproval("local", Pipeline, "DeployApproval", "ApproveDeploy", Candidate)
        {
            Since = at.AddMinutes(-4), Expires = at.AddDays(7), RevisionId = Revision, TokenDigest = "t1",
            CustomData = $"Try iris-model on its DEV endpoint and look at the metrics of {Job(Candidate)}, then decide.",
        });
    }

    internal static PipelineExecution Execution(string id, string status, DateTimeOffset started, DateTimeOffset? ended = null) => new(id, status)
    {
        PipelineVersion = 2, Started = started, Updated = ended ?? started.AddMinutes(3), TriggerType = "PollForSourceChanges", ExecutionMode = "SUPERSEDED",
        TriggerDetail = "arn:aws:s3:::mlops-us-east-1-123456789012/training_jobs/iris-model/trainingjob.zip",
        Revisions = [new("SourceAction", Revision, "Amazon S3 version id: " + Revision)],
    };

    private static ActionState Action(string name, string category, string provider, string status, DateTimeOffset at) =>
        new(name, status) { Category = category, Provider = provider, LastChange = at };

    private static ActionExecution Run(string action, string stage, string provider, string status, DateTimeOffset from, DateTimeOffset? to) =>
        new($"{action}-1", Candidate, stage, action, status) { Provider = provider, Started = from, Updated = to };

    private static PipelineDefinition Definition() => new(Pipeline, 2)
    {
        ExecutionMode = "SUPERSEDED", PipelineType = "V2", RoleArn = "arn:aws:iam::123456789012:role/mlops-pipeline-us-east-1", ArtifactBucket = "mlops-us-east-1-123456789012",
        Stages =
        [
            new("Source", [new("SourceAction", "Source", "S3")]), new("Train", [new("TrainModel", "Invoke", "Lambda")]),
            new("DeployDev", [new("DeployModelDev", "Deploy", "CloudFormation") { Configuration = [new("StackName", "iris-model-development")] }]),
            new("DeployApproval", [new("ApproveDeploy", "Approval", "Manual")]),
            new("DeployPrd", [new("DeployModelPrd", "Deploy", "CloudFormation") { Configuration = [new("StackName", "iris-model-production")] }]),
        ],
    };

    private static void AddTraining(FakeCloud cloud, DateTimeOffset at)
    {
        var good = JobOf(Candidate, "Completed", at.AddMinutes(-6.8), at.AddMinutes(-5.1), 0.9667, 0.9333);
        var old = JobOf(Champion, "Completed", at.AddHours(-26), at.AddHours(-25.9), 0.9333, 0.9467);
        var running = JobOf("aa11bb22-0000-4000-8000-000000000001", "InProgress", at.AddSeconds(-40), null, 0.91, 0.9) with { SecondaryStatus = "Training", Name = "wine-quality-tuning-014" };
        var bad = new TrainingJobSummary("local", $"churn-model-{Failed}", "Failed")
        {
            SecondaryStatus = "Failed", Created = at.AddHours(-3), Ended = at.AddHours(-2.98), IsDescribed = true, Image = Image, InstanceType = "ml.m5.large", InstanceCount = 1,
            FailureReason = "AlgorithmError: ValueError: The 'max_depth' parameter of RandomForestClassifier must be an int in the range [1, inf) or None. Got 'deep' instead.",
        };
        cloud.Jobs.Set(running, good, bad, old);
        foreach (var job in new[] { running, good, bad, old })
            cloud.JobDetails[job.Name] = DetailOf(job);
        cloud.JobMetrics.Add(Series("logistic:fold_score", at, [0.9, 0.9333, 0.9, 0.9667, 0.9667]));
        cloud.JobMetrics.Add(Series("random_forest:fold_score", at, [0.9333, 0.9, 0.9333, 0.9667, 0.9333]));
        cloud.JobMetrics.Add(Series("logistic:log_loss", at, [0.41, 0.28, 0.22, 0.19, 0.18]));
        for (var i = 0; i < 240; i++)
        {
            cloud.Lines.Add(new(at.AddSeconds(-120 + i * 0.5),
                i % 6 == 5 ? $"metric logistic_fold_score={0.9 + i * 0.0002:0.0000}" : $"[{i:000}] fold {i / 48 + 1} of 5: fitting RandomForestClassifier(max_depth=6, n_estimators=100)", $"{good.Name}/algo-1-1"));
        }
    }

    internal static TrainingJobSummary JobOf(string execution, string status, DateTimeOffset from, DateTimeOffset? to, double logistic, double forest) => new("local", Job(execution), status)
    {
        SecondaryStatus = status, Created = from, Modified = to, Ended = to, IsDescribed = true, Image = Image, InstanceType = "ml.m5.large", InstanceCount = 1,
        BillableSeconds = to is null ? null : (long)(to.Value - from).TotalSeconds, Arn = $"arn:aws:sagemaker:us-east-1:123456789012:training-job/{Job(execution)}",
        Metrics = [new("logistic:accuracy", logistic), new("logistic:f1", logistic - 0.001), new("logistic:log_loss", 1.12 - logistic), new("random_forest:accuracy", forest), new("random_forest:f1", forest - 0.0021), new("random_forest:log_loss", 1.05 - forest)],
    };

    internal static TrainingJobDetail DetailOf(TrainingJobSummary job) => new(job)
    {
        RoleArn = "arn:aws:iam::123456789012:role/mlops-sagemaker-us-east-1", ImageDigest = Digest, VolumeGigabytes = 5, MaxRuntime = TimeSpan.FromMinutes(10),
        Started = job.Created.AddSeconds(2), TrainingTime = job.Ended - job.Created,
        Hyperparameters = [new("target", "species"), new("logistic_C", "1.0"), new("logistic_max_iter", "500"), new("random_forest_n_estimators", "100"), new("random_forest_max_depth", job.Status == "Failed" ? "deep" : "6")],
        Channels = [new("train", "s3://mlops-us-east-1-123456789012/data/iris/train", "text/csv", "File", "FullyReplicated"), new("validation", "s3://mlops-us-east-1-123456789012/data/iris/validation", "text/csv", "File", "FullyReplicated")],
        ModelArtifact = job.Status == "Completed" ? $"s3://mlops-us-east-1-123456789012/models/iris-model/{job.Name}/output/model.tar.gz" : "", OutputPath = "s3://mlops-us-east-1-123456789012/models/iris-model",
        Timeline =
        [
            new("Starting", job.Created, job.Created.AddSeconds(3), "Preparing the instances"), new("Downloading", job.Created.AddSeconds(3), job.Created.AddSeconds(5), "Downloading the input data"),
            new("Training", job.Created.AddSeconds(5), job.Ended?.AddSeconds(-2), "Training image download completed. Training in progress."),
            .. job.Ended is null ? [] : new[] { new StatusStep(job.Status == "Failed" ? "Failed" : "Uploading", job.Ended.Value.AddSeconds(-2), job.Ended, job.Status == "Failed" ? "Training job failed" : "Uploading generated training model") },
            .. job.Status == "Completed" ? new[] { new StatusStep("Completed", job.Ended, job.Ended, "Training job completed") } : [],
        ],
    };

    private static MetricSeries Series(string name, DateTimeOffset at, double[] values) =>
        new(name, name, "None", values.Select((v, i) => new MetricPoint(at.AddMinutes(-6).AddSeconds(i * 12), v)).ToValueList());

    private static void AddEndpoints(FakeCloud cloud, DateTimeOffset at)
    {
        EndpointSummary dev = new("local", "iris-model-development", "InService")
        {
            Created = at.AddHours(-26), Modified = at.AddMinutes(-4), ConfigName = $"iris-model-development-{Candidate[..8]}", Arn = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/iris-model-development",
            Variants = [new("Champion") { Model = $"iris-model-development-{Candidate}", Image = Image, ImageDigest = Digest, InstanceType = "ml.t2.medium", CurrentInstances = 1, DesiredInstances = 1, CurrentWeight = 1, DesiredWeight = 1 }],
        };
        EndpointSummary prd = new("local", "iris-model-production", "InService")
        {
            Created = at.AddHours(-25), Modified = at.AddHours(-25), ConfigName = $"iris-model-production-{Champion[..8]}", Arn = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/iris-model-production", CapturePercent = 20,
            Variants =
            [
                new("Champion")
                {
                    Model = $"iris-model-production-{Champion}", Image = Image, ImageDigest = Digest, InstanceType = "ml.m5.large", CurrentInstances = 2, DesiredInstances = 3, CurrentWeight = 0.9, DesiredWeight = 0.9,
                    Scaling = new(2, 10) { Policies = [new("iris-model-production-tracking", "TargetTrackingScaling", "SageMakerVariantInvocationsPerInstance", 750, 600, 300)] },
                },
                new("Challenger") { Model = $"iris-model-production-{Candidate}", Image = Image, ImageDigest = Digest, InstanceType = "ml.m5.large", CurrentInstances = 1, DesiredInstances = 1, CurrentWeight = 0.1, DesiredWeight = 0.1 },
            ],
        };
        EndpointSummary broken = new("local", "churn-model-development", "Failed")
        {
            Created = at.AddHours(-30), Modified = at.AddHours(-29), ConfigName = "churn-1", FailureReason = "The primary container for production variant Champion did not pass the ping health check. Please check CloudWatch logs for this endpoint.",
            Variants = [new("Champion") { Model = "churn-model-development-1", InstanceType = "ml.t2.medium", CurrentInstances = 0, DesiredInstances = 1, CurrentWeight = 1, DesiredWeight = 1 }],
        };
        cloud.Endpoints.Set(broken, dev, prd);
        cloud.Models.Set(
            new("local", $"iris-model-development-{Candidate}", at.AddMinutes(-5)) { Image = Image, ModelDataUrl = $"s3://mlops-us-east-1-123456789012/models/iris-model/{Job(Candidate)}/output/model.tar.gz", TrainingJob = Job(Candidate) },
            new("local", $"iris-model-production-{Champion}", at.AddHours(-25)) { Image = Image, ModelDataUrl = $"s3://mlops-us-east-1-123456789012/models/iris-model/{Job(Champion)}/output/model.tar.gz", TrainingJob = Job(Champion) });
        cloud.EndpointDetails[dev.Name] = new(dev);
        cloud.EndpointDetails[broken.Name] = new(broken);
        cloud.EndpointDetails[prd.Name] = new(prd)
        {
            Activities =
            [
                new("a2", "Champion", at.AddMinutes(-1), null, "InProgress", "Setting desired instance count to 3.", "monitor alarm TargetTracking-endpoint/iris-model-production/variant/Champion-AlarmHigh in state ALARM triggered policy iris-model-production-tracking"),
                new("a1", "Champion", at.AddHours(-25), at.AddHours(-24.99), "Successful", "Setting desired instance count to 2.", "minimum capacity was set to 2"),
            ],
        };
        cloud.Metrics = new(TimeSpan.FromMinutes(1), [Variant("Champion", at, 640, 3.1), Variant("Challenger", at, 70, 4.4)]);
        cloud.Model = request => new(200, System.Text.Encoding.UTF8.GetBytes("""{"predictions": [{"label": "Iris-setosa", "probabilities": {"Iris-setosa": 0.9787, "Iris-versicolor": 0.0213, "Iris-virginica": 0.0}}]}"""), "application/json", request.TargetVariant.Length > 0 ? request.TargetVariant : "Champion", TimeSpan.FromMilliseconds(6.2));
    }

    private static VariantMetrics Variant(string name, DateTimeOffset at, double load, double latency) => new(name,
    [
        Wave("invocations", "Invocations", "Count", at, load, load * 0.4), Wave("errors-4xx", "4xx errors", "Count", at, 1, 1), Wave("errors-5xx", "5xx errors", "Count", at, 0, 0),
        Wave("latency-p50", "Latency p50", "Milliseconds", at, latency, latency * 0.1), Wave("latency-p90", "Latency p90", "Milliseconds", at, latency * 1.8, latency * 0.3), Wave("latency-p99", "Latency p99", "Milliseconds", at, latency * 3, latency),
        Wave("overhead-p50", "Overhead p50", "Milliseconds", at, 0.9, 0.2), Wave("invocations-per-instance", "Invocations per instance", "Count", at, load / 2, load * 0.2),
    ]);

    private static MetricSeries Wave(string id, string label, string unit, DateTimeOffset at, double middle, double swing) =>
        new(id, label, unit, Enumerable.Range(0, 60).Select(i => new MetricPoint(at.AddMinutes(i - 60), Math.Round(Math.Max(0, middle + swing * Math.Sin(i / 7.0) + swing * 0.3 * Math.Sin(i * 1.7)), 2))).ToValueList());
}
