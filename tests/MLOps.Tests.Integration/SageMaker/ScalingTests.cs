using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.SageMaker;

public sealed class ScalingTests : IAsyncLifetime
{
    private static readonly JsonObject Variant = new()
    {
        ["ServiceNamespace"] = "sagemaker",
        ["ResourceId"] = "endpoint/iris/variant/Main",
        ["ScalableDimension"] = "sagemaker:variant:DesiredInstanceCount",
    };

    private SageMakerCloud cloud = null!;

    public async ValueTask InitializeAsync() => cloud = await SageMakerCloud.StartAsync();

    public async ValueTask DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task Register_MinimumAboveCapacity_StartsInstancesAndEndsWithTheEndpoint()
    {
        await cloud.DeployAsync("iris");
        (await ScalingAsync("RegisterScalableTarget", ("MinCapacity", 2), ("MaxCapacity", 3))).Text("ScalableTargetARN")
            .Should().StartWith("arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/");
        await cloud.UntilAsync("DescribeEndpoint", new() { ["EndpointName"] = "iris" },
            e => e.Text("EndpointStatus") == "InService" && e.Objects("ProductionVariants").Single().Whole("CurrentInstanceCount") == 2);
        var policy = await ScalingAsync("PutScalingPolicy", ("PolicyName", "p"), ("PolicyType", "TargetTrackingScaling"), ("TargetTrackingScalingPolicyConfiguration", new JsonObject
        {
            ["TargetValue"] = 750,
            ["PredefinedMetricSpecification"] = new JsonObject { ["PredefinedMetricType"] = "SageMakerVariantInvocationsPerInstance" },
        }));

        var alarms = policy.Objects("Alarms").Select(a => a.Required("AlarmName")).ToList();
        alarms.Should().HaveCount(2);
        (await cloud.CallAsync("cloudwatch", "DescribeAlarms", new() { ["AlarmNamePrefix"] = "TargetTracking-endpoint/iris" })).Objects("MetricAlarms").Should().HaveCount(2);
        (await ScalingAsync("DescribeScalingActivities")).Objects("ScalingActivities").Single().Text("Cause").Should().Be("minimum capacity was set to 2");
        (await ScalingAsync("DescribeScalingPolicies")).Objects("ScalingPolicies").Single().Text("PolicyARN").Should().Be(policy.Text("PolicyARN"));

        await cloud.CallAsync("DeleteEndpoint", new() { ["EndpointName"] = "iris" });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await ScalingAsync("DescribeScalingPolicies")).Objects("ScalingPolicies").Any())
            await Task.Delay(50, limit.Token);
        (await cloud.CallAsync("cloudwatch", "DescribeAlarms", [])).Objects("MetricAlarms").Should().BeEmpty();
    }

    [Fact]
    public async Task Register_WhatCannotBe_IsRefused()
    {
        var unknown = await ((Func<Task>)(() => ScalingAsync("RegisterScalableTarget", ("MinCapacity", 1), ("MaxCapacity", 2)))).Should().ThrowAsync<AwsException>();
        unknown.Which.Message.Should().StartWith("Could not find endpoint");
        var policy = await ((Func<Task>)(() => ScalingAsync("PutScalingPolicy", ("PolicyName", "p"), ("PolicyType", "TargetTrackingScaling")))).Should().ThrowAsync<AwsException>();
        policy.Which.Code.Should().Be("ObjectNotFoundException");
    }

    private Task<JsonObject> ScalingAsync(string operation, params (string Name, JsonNode Value)[] more)
    {
        var input = (JsonObject)Variant.DeepClone();
        foreach (var (name, value) in more)
            input[name] = value;
        return cloud.CallAsync("application-autoscaling", operation, input);
    }
}
