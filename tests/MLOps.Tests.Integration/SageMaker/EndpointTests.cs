using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.SageMaker;

public sealed class EndpointTests : IAsyncLifetime
{
    private SageMakerCloud cloud = null!;

    public async ValueTask InitializeAsync() => cloud = await SageMakerCloud.StartAsync();

    public async ValueTask DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task Create_Model_ServesItUntilDeleted()
    {
        await cloud.DeployAsync("iris", instances: 2);
        var endpoint = await cloud.DescribeAsync("iris");
        var variant = endpoint.Objects("ProductionVariants").Single();

        variant.Whole("CurrentInstanceCount").Should().Be(2);
        variant.Objects("DeployedImages").Single().Text("ResolvedImage").Should().StartWith("123456789012.dkr.ecr.us-east-1.amazonaws.com/tiny@sha256:");
        (await cloud.InvokeAsync("iris", "5.1")).Body.Should().Be("iris|5.1");
        var ids = cloud.Live("iris").Serving!.Variants.SelectMany(v => v.Instances).Select(i => i.LogStream).ToList();
        ids.Should().OnlyContain(i => i.StartsWith("Main/i-"));

        await cloud.CallAsync("DeleteEndpoint", new() { ["EndpointName"] = "iris" });
        await GoneAsync("iris");
        (await cloud.InvokeRefusedAsync("iris", "5.1")).Message.Should().Be("Endpoint iris of account 123456789012 not found.");
        (await cloud.RefusedAsync("DescribeEndpoint", new() { ["EndpointName"] = "iris" })).Message
            .Should().Be("Could not find endpoint \"arn:aws:sagemaker:us-east-1:123456789012:endpoint/iris\".");
        Directory.EnumerateFiles(Path.Combine(cloud.StateFolder, "endpoints"), "*", SearchOption.AllDirectories).Should().BeEmpty();
    }

    [Fact]
    public async Task Create_ModelThatCannotLoad_Fails()
    {
        await cloud.ModelAsync("bad", "broken");
        await cloud.ConfigAsync("bad", ("Main", "bad", 1, 1));
        await cloud.CallAsync("CreateEndpoint", new() { ["EndpointName"] = "bad", ["EndpointConfigName"] = "bad" });
        var endpoint = await cloud.StatusAsync("bad", "Failed");

        endpoint.Text("FailureReason").Should().Contain("variant Main did not pass the ping health check");
        (await cloud.LogAsync("/aws/sagemaker/Endpoints/bad", "Main/")).Should().Contain("cannot load");
        (await cloud.InvokeRefusedAsync("bad", "1")).Message.Should().Contain("not in service");
        await cloud.CallAsync("DeleteEndpoint", new() { ["EndpointName"] = "bad" });
        await GoneAsync("bad");
    }

    [Fact]
    public async Task Update_AnotherModel_MovesTrafficWithoutALostRequest()
    {
        await cloud.DeployAsync("moving");
        await cloud.ModelAsync("newer", "newer");
        await cloud.ConfigAsync("newer", ("Main", "newer", 1, 1));
        using var enough = new CancellationTokenSource();
        var traffic = Task.Run(async () =>
        {
            var answers = new List<string>();
            while (!enough.IsCancellationRequested)
                answers.Add((await cloud.InvokeAsync("moving", "x")).Body);
            return answers;
        }, TestContext.Current.CancellationToken);
        await cloud.CallAsync("UpdateEndpoint", new() { ["EndpointName"] = "moving", ["EndpointConfigName"] = "newer" });
        (await cloud.RefusedAsync("UpdateEndpoint", new() { ["EndpointName"] = "moving", ["EndpointConfigName"] = "newer" }))
            .Message.Should().StartWith("Cannot update in-progress endpoint");
        (await cloud.DescribeAsync("moving")).Object("PendingDeploymentSummary")!.Text("EndpointConfigName").Should().Be("newer");
        await cloud.StatusAsync("moving", "InService");
        (await cloud.InvokeAsync("moving", "x")).Body.Should().Be("newer|x");
        await enough.CancelAsync();

        (await traffic).Should().OnlyContain(a => a == "moving|x" || a == "newer|x").And.Contain("moving|x");
        (await cloud.DescribeAsync("moving")).Text("EndpointConfigName").Should().Be("newer");
    }

    [Fact]
    public async Task Update_ModelThatCannotLoad_RollsBackAndGoesOnServing()
    {
        await cloud.DeployAsync("steady");
        await cloud.ModelAsync("bad", "broken");
        await cloud.ConfigAsync("bad", ("Main", "bad", 1, 1));
        await cloud.CallAsync("UpdateEndpoint", new() { ["EndpointName"] = "steady", ["EndpointConfigName"] = "bad" });
        var endpoint = await cloud.StatusAsync("steady", "InService");

        endpoint.Text("FailureReason").Should().Contain("ping health check");
        endpoint.Text("EndpointConfigName").Should().Be("steady");
        (await cloud.InvokeAsync("steady", "x")).Body.Should().Be("steady|x");
    }

    [Fact]
    public async Task ProcessDies_InstanceIsStartedAgain()
    {
        await cloud.DeployAsync("dying");
        (await cloud.InvokeRefusedAsync("dying", "exit")).Code.Should().Be("ModelError");
        await cloud.UntilAsync("DescribeEndpoint", new() { ["EndpointName"] = "dying" },
            e => e.Objects("ProductionVariants").Single().Whole("CurrentInstanceCount") == 0);
        await cloud.UntilAsync("DescribeEndpoint", new() { ["EndpointName"] = "dying" },
            e => e.Objects("ProductionVariants").Single().Whole("CurrentInstanceCount") == 1);

        (await cloud.InvokeAsync("dying", "x")).Body.Should().Be("dying|x");
        (await cloud.LogAsync("/aws/sagemaker/Endpoints/dying", "Main/")).Should().Contain(l => l.Contains("ended with exit code 4"));
    }

    [Fact]
    public async Task WeightsAndCapacities_Changed_AreFollowed()
    {
        await cloud.ModelAsync("a", "a");
        await cloud.ModelAsync("b", "b");
        await cloud.ConfigAsync("ab", ("Champion", "a", 1, 1), ("Challenger", "b", 1, 0));
        await cloud.CallAsync("CreateEndpoint", new() { ["EndpointName"] = "ab", ["EndpointConfigName"] = "ab" });
        await cloud.StatusAsync("ab", "InService");
        (await cloud.InvokeAsync("ab", "x", new() { ["TargetVariant"] = "Challenger" })).Output.Text("InvokedProductionVariant").Should().Be("Challenger");
        for (var i = 0; i < 10; i++)
            (await cloud.InvokeAsync("ab", "x")).Body.Should().Be("a|x");

        await cloud.CallAsync("UpdateEndpointWeightsAndCapacities", new()
        {
            ["EndpointName"] = "ab",
            ["DesiredWeightsAndCapacities"] = new JsonArray(
                new JsonObject { ["VariantName"] = "Champion", ["DesiredWeight"] = 0 },
                new JsonObject { ["VariantName"] = "Challenger", ["DesiredWeight"] = 1, ["DesiredInstanceCount"] = 2 }),
        });
        var endpoint = await cloud.StatusAsync("ab", "InService");
        endpoint.Objects("ProductionVariants").Select(v => v.Whole("CurrentInstanceCount")).Should().Equal(1, 2);
        for (var i = 0; i < 10; i++)
            (await cloud.InvokeAsync("ab", "x")).Body.Should().Be("b|x");

        // An update that retains what was scaled keeps the count; the weight follows the new configuration where it is excluded.
        await cloud.CallAsync("UpdateEndpoint", new()
        {
            ["EndpointName"] = "ab",
            ["EndpointConfigName"] = "ab",
            ["RetainAllVariantProperties"] = true,
            ["ExcludeRetainedVariantProperties"] = new JsonArray(new JsonObject { ["VariantPropertyType"] = "DesiredWeight" }),
        });
        var updated = await cloud.StatusAsync("ab", "InService");
        updated.Objects("ProductionVariants").Select(v => v.Whole("DesiredInstanceCount")).Should().Equal(1, 2);
        updated.Objects("ProductionVariants").Select(v => v.Number("DesiredWeight")).Should().Equal(1, 0);
        (await cloud.RefusedAsync("UpdateEndpointWeightsAndCapacities", new()
        {
            ["EndpointName"] = "ab",
            ["DesiredWeightsAndCapacities"] = new JsonArray(new JsonObject { ["VariantName"] = "Nobody", ["DesiredWeight"] = 1 }),
        })).Message.Should().Contain("Nobody");
    }

    [Fact]
    public async Task Restart_EndpointsServed_ServeAgain()
    {
        await cloud.DeployAsync("lasting");
        await cloud.CallAsync("DeleteEndpointConfig", new() { ["EndpointConfigName"] = "lasting" });
        await cloud.CallAsync("DeleteModel", new() { ["ModelName"] = "lasting" });
        await cloud.CallAsync("s3", "DeleteObject", new() { ["Bucket"] = SageMakerCloud.Bucket, ["Key"] = "models/lasting.tar.gz" });
        await cloud.RestartAsync();
        await cloud.UntilAsync("DescribeEndpoint", new() { ["EndpointName"] = "lasting" },
            e => e.Objects("ProductionVariants").Single().Whole("CurrentInstanceCount") == 1);

        (await cloud.InvokeAsync("lasting", "x")).Body.Should().Be("lasting|x", "what serves needs neither its configuration nor its model any more");
    }

    [Fact]
    public async Task Tags_OfAnEndpointConfig_AreKept()
    {
        await cloud.ModelAsync("tagged", "t");
        await cloud.ConfigAsync("tagged", ("Main", "tagged", 1, 1));
        var arn = "arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/tagged";
        await cloud.CallAsync("AddTags", new() { ["ResourceArn"] = arn, ["Tags"] = new JsonArray(Tag("a", "1"), Tag("b", "2")) });
        await cloud.CallAsync("AddTags", new() { ["ResourceArn"] = arn, ["Tags"] = new JsonArray(Tag("a", "3")) });
        await cloud.CallAsync("DeleteTags", new() { ["ResourceArn"] = arn, ["TagKeys"] = new JsonArray("b") });

        (await cloud.CallAsync("ListTags", new() { ["ResourceArn"] = arn })).Objects("Tags").Select(t => $"{t.Text("Key")}={t.Text("Value")}").Should().Equal("a=3");

        static JsonObject Tag(string key, string value) => new() { ["Key"] = key, ["Value"] = value };
    }

    private async Task GoneAsync(string name)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await cloud.CallAsync("ListEndpoints", new() { ["NameContains"] = name })).Objects("Endpoints").Any())
            await Task.Delay(25, limit.Token);
    }
}
