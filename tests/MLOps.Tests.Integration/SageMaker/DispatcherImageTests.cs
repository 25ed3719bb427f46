using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Engine.Images.Dockerfiles;
using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.SageMaker;

/// <summary>The product's own images: built from their Dockerfiles, trained on the workshop's data, served and asked.</summary>
public sealed class DispatcherImageTests
{
    private const string Registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

    [Theory]
    [InlineData("auto")]
    [InlineData("process")]
    public async Task Dispatcher_TrainedOnIris_AnswersByTheAlgorithmAsked(string runner)
    {
        await using var cloud = await SageMakerCloud.StartAsync(runner, tiny: false);
        Assert.SkipUnless(HasPython(cloud), "no Python with scikit-learn and gunicorn is installed");
        await BuildAsync(cloud, "sklearn-base");
        await BuildAsync(cloud, "dispatcher", ("BASE_IMAGE", $"{Registry}/sklearn-base:latest"));
        foreach (var channel in (string[])["train", "validation"])
            await cloud.PutAsync($"data/iris/{channel}/{channel}.csv", await File.ReadAllTextAsync(Path.Combine(Root, "src/Infrastructure/workshop/iris-model/data", $"{channel}.csv"), TestContext.Current.CancellationToken));

        var request = (JsonObject)JsonNode.Parse((await File.ReadAllTextAsync(Path.Combine(Root, "src/Infrastructure/workshop/iris-model/trainingjob.json"), TestContext.Current.CancellationToken))
            .Replace("mlops-dispatcher", "dispatcher").Replace("{account}", "123456789012").Replace("{region}", "us-east-1").Replace("{bucket}", SageMakerCloud.Bucket))!;
        request["TrainingJobName"] = "iris";
        request["RoleArn"] = SageMakerCloud.Role;
        await cloud.CallAsync("CreateTrainingJob", request);
        var job = await cloud.UntilAsync("DescribeTrainingJob", new() { ["TrainingJobName"] = "iris" }, j => j.Text("TrainingJobStatus") is "Completed" or "Failed");
        job.Text("TrainingJobStatus").Should().Be("Completed", job.ToJsonString());
        job.Objects("FinalMetricDataList").Should().Contain(m => m.Text("MetricName") == "random_forest:accuracy" && m.Number("Value") > 0.8);

        await cloud.CallAsync("CreateModel", new()
        {
            ["ModelName"] = "iris",
            ["ExecutionRoleArn"] = SageMakerCloud.Role,
            ["PrimaryContainer"] = new JsonObject { ["Image"] = $"{Registry}/dispatcher:latest", ["ModelDataUrl"] = job.Object("ModelArtifacts")!.Text("S3ModelArtifacts") },
        });
        await cloud.ConfigAsync("iris", ("Champion", "iris", 1, 1));
        await cloud.CallAsync("CreateEndpoint", new() { ["EndpointName"] = "iris", ["EndpointConfigName"] = "iris" });
        await cloud.UntilAsync("DescribeEndpoint", new() { ["EndpointName"] = "iris" }, e => e.Text("EndpointStatus") is "InService" or "Failed");
        foreach (var algorithm in (string[])["logistic", "random_forest"])
        {
            var (body, output) = await cloud.InvokeAsync("iris", "4.6,3.1,1.5,0.2",
                new() { ["ContentType"] = "text/csv", ["Accept"] = "application/json", ["CustomAttributes"] = algorithm });
            body.Should().Contain("setosa");
            output.Text("CustomAttributes").Should().Be($"algorithm={algorithm}");
        }
        var refused = await cloud.InvokeRefusedAsync("iris", "<a/>", new() { ["ContentType"] = "text/xml" });
        refused.Members["OriginalStatusCode"]!.GetValue<int>().Should().Be(415);
    }

    private static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    private static string FindRoot(string folder) => File.Exists(Path.Combine(folder, "MLOps.Portal.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);

    private static bool HasPython(SageMakerCloud cloud)
    {
        try
        {
            return cloud.Get<PythonLocator>().Find("sklearn", "gunicorn").Length > 0;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static async Task BuildAsync(SageMakerCloud cloud, string name, params (string Name, string Value)[] arguments)
    {
        var store = (ImageStore)cloud.Get<IImageStore>();
        var context = Path.Combine(Root, "src/Images", name);
        var image = new DockerfileBuild(store,
            new DockerfileBuildRequest(context, Path.Combine(context, "Dockerfile"), arguments.ToDictionary(a => a.Name, a => a.Value), null, new Dictionary<string, string>()),
            reference => store.Find(reference.ToString())?.Digest, _ => { }).Run();
        await cloud.CallAsync("ecr", "CreateRepository", new() { ["repositoryName"] = name });
        cloud.Get<ImageRegistry>().Push(SageMakerCloud.Scope, name, "latest", image.Digest, 1);
    }
}
