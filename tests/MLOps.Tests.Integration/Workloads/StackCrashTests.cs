using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MLOps.LocalCloud.Protocol;
using static MLOps.Tests.Integration.Workloads.PipelineHost;

namespace MLOps.Tests.Integration.Workloads;

/// <summary>A cloud that dies between the answer to CreateStack (or UpdateStack) and the caller's taking note of it.</summary>
public sealed class DyingHost : CloudHost
{
    /// <summary>The operation whose answer never arrives; none where empty.</summary>
    public string Operation { get; set; } = "";

    /// <summary>Is set when the operation was carried out and its answer lost.</summary>
    public TaskCompletionSource Lost { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override void Configure(IServiceCollection services)
    {
        var real = services.Last(s => s.ServiceType == typeof(ICloudCaller)).ImplementationFactory!;
        services.AddSingleton<ICloudCaller>(provider => new DyingCaller((ICloudCaller)real(provider), this));
    }

    private sealed class DyingCaller(ICloudCaller real, DyingHost host) : ICloudCaller
    {
        public async Task<OperationAnswer> CallAsync(OperationCall call)
        {
            var answer = await real.CallAsync(call);
            if (call.Operation == host.Operation)
            {
                host.Operation = "";
                host.Lost.TrySetResult();
                // Whoever asked never hears of it: the process is gone.
                await Task.Delay(Timeout.Infinite, call.Cancelled);
            }
            return answer;
        }
    }
}

public sealed class StackCrashTests
{
    private const string Template = """{"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "NAME"}}}, "Outputs": {"Arn": {"Value": {"Ref": "Topic"}}}}""";

    [Fact]
    public async Task Create_DiesBeforeTheIdIsRecorded_TakesTheStackOverAfterTheRestart()
    {
        await using var cloud = new DyingHost { Operation = "CreateStack" };
        await cloud.InitializeAsync();
        await UploadAsync(cloud, "topic-one");
        await DeployingAsync(cloud);
        await cloud.Lost.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await SettledAsync(cloud, "CREATE_COMPLETE");

        await cloud.RestartAsync();

        await cloud.StatusAsync("crash", "Succeeded");
        await TookOverAsync(cloud, "CREATE_COMPLETE", creates: 1);
    }

    [Fact]
    public async Task Create_DiesWhileTheStackIsMade_WaitsForItAfterTheRestart()
    {
        await using var cloud = new DyingHost { Operation = "CreateStack" };
        await cloud.InitializeAsync();
        await UploadAsync(cloud, "topic-one");
        await DeployingAsync(cloud);
        await cloud.Lost.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        await cloud.RestartAsync();

        await cloud.StatusAsync("crash", "Succeeded");
        await TookOverAsync(cloud, "CREATE_COMPLETE", creates: 1);
    }

    [Fact]
    public async Task Update_DiesBeforeItIsRecorded_DoesNotUpdateTwice()
    {
        await using var cloud = new DyingHost();
        await cloud.InitializeAsync();
        await UploadAsync(cloud, "topic-one");
        await DeployingAsync(cloud);
        await cloud.StatusAsync("crash", "Succeeded");
        cloud.Operation = "UpdateStack";
        await UploadAsync(cloud, "topic-two");
        await cloud.Lost.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        await cloud.RestartAsync();

        await cloud.StatusAsync("crash", "Succeeded", index: 1);
        await TookOverAsync(cloud, "UPDATE_COMPLETE", creates: 1, updates: 1);
    }

    private static Task UploadAsync(CloudHost cloud, string topic) => cloud.PutAsync("crash.zip", CloudHost.Zip(("stack.json", Template.Replace("NAME", topic, StringComparison.Ordinal))));

    private static Task DeployingAsync(CloudHost cloud) => cloud.CreateAsync("crash",
        ("Source", [Action("Upload", "Source", "S3", new JsonObject { ["S3Bucket"] = "work", ["S3ObjectKey"] = "crash.zip" }, output: "Built")]),
        ("Deploy", [Action("Deploy", "Deploy", "CloudFormation", new JsonObject
        {
            ["ActionMode"] = "CREATE_UPDATE", ["StackName"] = "crash", ["TemplatePath"] = "Built::stack.json",
        }, "Built")]));

    private static Task SettledAsync(CloudHost cloud, string status) => CloudHost.EventuallyAsync(
        async () => (await cloud.CallAsync("cloudformation", "DescribeStacks", new JsonObject { ["StackName"] = "crash" })).Objects("Stacks").Single(), s => s.Text("StackStatus") == status);

    /// <summary>The action ended well with the stack's id, and the stack was made, and changed, so many times.</summary>
    private static async Task TookOverAsync(CloudHost cloud, string status, int creates, int updates = 0)
    {
        var stack = (await cloud.CallAsync("cloudformation", "DescribeStacks", new JsonObject { ["StackName"] = "crash" })).Objects("Stacks").Single();
        stack.Text("StackStatus").Should().Be(status);
        var events = (await cloud.CallAsync("cloudformation", "DescribeStackEvents", new JsonObject { ["StackName"] = "crash" })).Objects("StackEvents")
            .Where(e => e.Text("ResourceType") == "AWS::CloudFormation::Stack").Select(e => e.Text("ResourceStatus")).ToList();
        events.Count(e => e == "CREATE_IN_PROGRESS").Should().Be(creates);
        events.Count(e => e == "UPDATE_IN_PROGRESS").Should().Be(updates);
        var action = (await cloud.CallAsync("codepipeline", "ListActionExecutions", new JsonObject { ["pipelineName"] = "crash" })).Objects("actionExecutionDetails")
            .First(a => a.Text("actionName") == "Deploy");
        action.Text("status").Should().Be("Succeeded");
        action.Object("output")!.Object("executionResult")!.Text("externalExecutionId").Should().Be(stack.Text("StackId"));
    }
}
