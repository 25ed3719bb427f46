using System.Text.Json.Nodes;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;

namespace MLOps.Tests.Benchmarks.Seeding;

/// <summary>
/// Documents as the local cloud writes them, of a team that has trained one job every quarter of an hour up to now. Endpoints have failed:
/// in service each would start its serving process.
/// </summary>
internal sealed class SeededThings(int seed)
{
    private const string Image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mlops-dispatcher:latest";
    private const string Role = "arn:aws:iam::123456789012:role/mlops-sagemaker-us-east-1";
    private static readonly string[] Families = ["churn", "fraud", "iris", "pricing", "ranking", "returns", "stock", "uplift"];
    private static readonly string[] Instances = ["ml.m5.large", "ml.m5.xlarge", "ml.c5.2xlarge"];

    private readonly Random random = new(seed);
    private readonly double now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    public (string, JsonObject) TrainingJob(int i)
    {
        var name = $"{Families[i % Families.Length]}-model-{i:00000}-{random.Next():x8}";
        // The keys of the documents grow with the order of creation, as they do when jobs are created one after the other.
        var created = now - 3600 - (20_000 - i) * 900.0;
        var took = 60 + random.Next(1200);
        var status = random.Next(20) switch { 0 => "Failed", 1 => "Stopped", _ => "Completed" };
        var job = new JsonObject
        {
            ["TrainingJobName"] = name,
            ["TrainingJobArn"] = StateSeed.Scope.Arn("sagemaker", $"training-job/{name}"),
            ["HyperParameters"] = new JsonObject { ["random_forest_n_estimators"] = $"{50 + i % 200}", ["logistic_C"] = "1.0" },
            ["AlgorithmSpecification"] = new JsonObject { ["TrainingImage"] = Image, ["TrainingInputMode"] = "File" },
            ["RoleArn"] = Role,
            ["InputDataConfig"] = new JsonArray(new JsonObject
            {
                ["ChannelName"] = "train",
                ["DataSource"] = new JsonObject { ["S3DataSource"] = new JsonObject { ["S3DataType"] = "S3Prefix", ["S3Uri"] = "s3://benchmark-artifacts/data/train/" } },
            }),
            ["OutputDataConfig"] = new JsonObject { ["S3OutputPath"] = "s3://benchmark-artifacts/models" },
            ["ResourceConfig"] = new JsonObject { ["InstanceType"] = Instances[i % Instances.Length], ["InstanceCount"] = 1, ["VolumeSizeInGB"] = 10 },
            ["StoppingCondition"] = new JsonObject { ["MaxRuntimeInSeconds"] = 3600 },
            ["EnableNetworkIsolation"] = false,
            ["EnableInterContainerTrafficEncryption"] = false,
            ["EnableManagedSpotTraining"] = false,
            ["CreationTime"] = created,
            ["TrainingStartTime"] = created + 2,
            ["TrainingEndTime"] = created + took,
            ["LastModifiedTime"] = created + took,
            ["TrainingJobStatus"] = status,
            ["SecondaryStatus"] = status,
            ["SecondaryStatusTransitions"] = new JsonArray(
                new JsonObject { ["Status"] = "Training", ["StartTime"] = created + 2, ["EndTime"] = created + took, ["StatusMessage"] = "Training in progress" },
                new JsonObject { ["Status"] = status, ["StartTime"] = created + took, ["EndTime"] = created + took, ["StatusMessage"] = status }),
        };
        if (status == "Failed")
            job["FailureReason"] = "AlgorithmError: could not convert string to float: 'n/a'";
        if (status == "Completed")
        {
            job["ModelArtifacts"] = new JsonObject { ["S3ModelArtifacts"] = $"s3://benchmark-artifacts/models/{name}/output/model.tar.gz" };
            job["FinalMetricDataList"] = new JsonArray(
                Metric("logistic:accuracy", 0.8 + random.NextDouble() * 0.19, created + took), Metric("random_forest:accuracy", 0.8 + random.NextDouble() * 0.19, created + took));
        }
        return (name, job);
    }

    public (string, JsonObject) Model(int i)
    {
        var name = ModelName(i);
        return (name, new JsonObject
        {
            ["ModelName"] = name,
            ["ModelArn"] = StateSeed.Scope.Arn("sagemaker", $"model/{name}"),
            ["PrimaryContainer"] = new JsonObject { ["Image"] = Image, ["Mode"] = "SingleModel", ["ModelDataUrl"] = $"s3://benchmark-artifacts/models/{name}/output/model.tar.gz" },
            ["ExecutionRoleArn"] = Role,
            ["CreationTime"] = now - (20_000 - i) * 900.0,
            ["EnableNetworkIsolation"] = false,
            ["ResolvedImage"] = Image,
        });
    }

    public (string, JsonObject) EndpointConfig(int i)
    {
        var name = ConfigName(i);
        return (name, new JsonObject
        {
            ["EndpointConfigName"] = name,
            ["EndpointConfigArn"] = StateSeed.Scope.Arn("sagemaker", $"endpoint-config/{name}"),
            ["ProductionVariants"] = new JsonArray(new JsonObject
            {
                ["VariantName"] = "live", ["ModelName"] = ModelName(i), ["InstanceType"] = Instances[i % Instances.Length], ["InitialInstanceCount"] = 1, ["InitialVariantWeight"] = 1.0,
            }),
            ["CreationTime"] = now - (20_000 - i) * 900.0,
        });
    }

    public (string, JsonObject) Endpoint(int i)
    {
        var name = $"{Families[i % Families.Length]}-{i:0000}-{(i % 3 == 0 ? "production" : "development")}";
        var created = now - (20_000 - i) * 900.0;
        var variant = new VariantPlan("live", ModelName(i), Instances[i % Instances.Length], 1, 1, Image, Image, created, null, true, new Dictionary<string, string>(), 480, false);
        return (name, new JsonObject
        {
            ["EndpointName"] = name,
            ["EndpointArn"] = StateSeed.Scope.Arn("sagemaker", $"endpoint/{name}"),
            ["EndpointConfigName"] = ConfigName(i),
            ["EndpointStatus"] = "Failed",
            ["FailureReason"] = "The primary container for production variant live did not pass the ping health check.",
            ["CreationTime"] = created,
            ["LastModifiedTime"] = created + random.Next(10_000_000),
            [EndpointTable.Active] = new EndpointPlan($"{i:x12}", ConfigName(i), [variant], null).ToJson(),
        });
    }

    private static string ModelName(int i) => $"{Families[i % Families.Length]}-model-{i:0000}";

    private static string ConfigName(int i) => $"{Families[i % Families.Length]}-config-{i:0000}";

    private static JsonObject Metric(string name, double value, double at) => new() { ["MetricName"] = name, ["Value"] = value, ["Timestamp"] = at };
}
