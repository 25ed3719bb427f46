using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.Tests.Integration.SageMaker;

namespace MLOps.Tests.Integration.Stacks;

/// <summary>The production template deploys, changes and takes back endpoints that really serve.</summary>
public sealed class EndpointStackTests : IAsyncLifetime
{
    private static readonly string Template = File.ReadAllText(Path.Combine(FindRoot(AppContext.BaseDirectory), "src/Infrastructure/functions/train_model/deploy-production.yml"));
    private SageMakerCloud cloud = null!;
    private string? stackId;

    public async ValueTask InitializeAsync()
    {
        cloud = await SageMakerCloud.StartAsync();
        foreach (var (name, text) in ((string, string)[])[("first", "first"), ("second", "second"), ("bad", "broken")])
            await cloud.ModelAsync(name, text);
    }

    public async ValueTask DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task Production_DeployChallengePromoteFailDelete_ServesThroughout()
    {
        (await DeployAsync("CreateStack", "first")).Should().Be("CREATE_COMPLETE");
        (await cloud.InvokeAsync("iris", "1")).Body.Should().Be("first|1");
        (await TargetsAsync()).Single().Whole("MaxCapacity").Should().Be(10);

        (await DeployAsync("UpdateStack", "second", ("ChampionImage", SageMakerCloud.Image), ("ChampionModelDataUrl", Uri("first")))).Should().Be("UPDATE_COMPLETE");
        (await cloud.InvokeAsync("iris", "2", new JsonObject { ["TargetVariant"] = "Challenger" })).Body.Should().Be("second|2");
        (await cloud.InvokeAsync("iris", "2", new JsonObject { ["TargetVariant"] = "Champion" })).Body.Should().Be("first|2");

        (await DeployAsync("UpdateStack", "second")).Should().Be("UPDATE_COMPLETE");
        (await cloud.InvokeAsync("iris", "3")).Body.Should().Be("second|3");

        (await DeployAsync("UpdateStack", "bad")).Should().Be("UPDATE_ROLLBACK_COMPLETE");
        (await cloud.InvokeAsync("iris", "4")).Body.Should().Be("second|4");
        var failed = (await cloud.CallAsync("cloudformation", "DescribeStackEvents", new() { ["StackName"] = "prd" })).Objects("StackEvents")
            .First(e => e.Text("ResourceStatus") == "UPDATE_FAILED");
        failed.Text("LogicalResourceId").Should().Be("Endpoint");
        failed.Text("ResourceStatusReason").Should().Contain("did not pass the ping health check");
        (await cloud.CallAsync("ListEndpointConfigs", [])).Objects("EndpointConfigs").Should().HaveCount(1);
        (await cloud.CallAsync("ListModels", [])).Objects("Models").Where(m => m.Required("ModelName").StartsWith("prd-", StringComparison.Ordinal)).Should().HaveCount(1);

        await cloud.CallAsync("cloudformation", "DeleteStack", new() { ["StackName"] = "prd" });
        (await SettledAsync()).Should().Be("DELETE_COMPLETE");
        (await cloud.CallAsync("ListEndpoints", [])).Objects("Endpoints").Should().BeEmpty();
        (await TargetsAsync()).Should().BeEmpty();
    }

    private static string FindRoot(string folder) => File.Exists(Path.Combine(folder, "MLOps.Portal.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);

    private static string Uri(string model) => $"s3://data/models/{model}.tar.gz";

    private async Task<IEnumerable<JsonObject>> TargetsAsync() =>
        (await cloud.CallAsync("application-autoscaling", "DescribeScalableTargets", new() { ["ServiceNamespace"] = "sagemaker" })).Objects("ScalableTargets");

    private async Task<string> DeployAsync(string operation, string model, params (string Name, string Value)[] more)
    {
        (string Name, string Value)[] parameters =
        [
            ("EndpointName", "iris"), ("TrainingJobName", model), ("Image", SageMakerCloud.Image), ("ModelDataUrl", Uri(model)), ("RoleArn", SageMakerCloud.Role),
            ("InitialInstanceCount", "1"), ("MinCapacity", "1"), .. more,
        ];
        await cloud.CallAsync("cloudformation", operation, new()
        {
            ["StackName"] = "prd",
            ["TemplateBody"] = Template,
            ["Parameters"] = new JsonArray([.. parameters.Select(p => new JsonObject { ["ParameterKey"] = p.Name, ["ParameterValue"] = p.Value })]),
        });
        return await SettledAsync();
    }

    private async Task<string> SettledAsync()
    {
        stackId ??= (await StackAsync("prd")).Required("StackId");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var status = (await StackAsync(stackId)).Required("StackStatus");
            if (!status.EndsWith("_IN_PROGRESS", StringComparison.Ordinal))
                return status;
            await Task.Delay(50, patience.Token);
        }
    }

    private async Task<JsonObject> StackAsync(string name) =>
        (await cloud.CallAsync("cloudformation", "DescribeStacks", new() { ["StackName"] = name })).Objects("Stacks").Single();
}
