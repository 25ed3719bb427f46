using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;

namespace MLOps.Tests.Unit.Cloud;

public sealed class TrainingSourceTests : IDisposable
{
    private const double Base = 1_700_000_000;
    private readonly StubCloud cloud = new();
    private readonly TrainingSource source;

    public TrainingSourceTests()
    {
        source = new TrainingSource(cloud, Options.Create(new CloudOptions()));
        cloud.On("DescribeTrainingJob", input => Job(input["TrainingJobName"]!.GetValue<string>(), "Completed", 0));
    }

    public void Dispose() => cloud.Dispose();

    [Fact]
    public async Task Changed_AsksSinceTheNewestChangeAndKeepsTheRest()
    {
        cloud.On("ListTrainingJobs", _ => List(Job("new", "InProgress", 30), Job("old", "Completed", 20), Job("oldest", "Completed", 10)));
        cloud.On("DescribeTrainingJob", input => Job(input["TrainingJobName"]!.GetValue<string>(), input["TrainingJobName"]!.GetValue<string>() == "new" ? "InProgress" : "Completed", 30));
        var known = (await source.ReadAllAsync("local", [], TestContext.Current.CancellationToken)).ToValueList();
        cloud.InputsOf("ListTrainingJobs")[0].ContainsKey("LastModifiedTimeAfter").Should().BeFalse();

        cloud.On("ListTrainingJobs", _ => List(Job("newest", "InProgress", 40)));
        cloud.On("DescribeTrainingJob", input => Job(input["TrainingJobName"]!.GetValue<string>(), input["TrainingJobName"]!.GetValue<string>() == "new" ? "Completed" : "InProgress", 40));
        var before = cloud.InputsOf("DescribeTrainingJob").Count;
        var read = await source.ReadChangedAsync("local", known, TestContext.Current.CancellationToken);

        cloud.InputsOf("ListTrainingJobs")[1]["LastModifiedTimeAfter"]!.GetValue<double>().Should().Be(Base + 30 - 10);
        read.Select(j => (j.Name, j.Status)).Should().BeEquivalentTo([("newest", "InProgress"), ("new", "Completed"), ("old", "Completed"), ("oldest", "Completed")]);
        cloud.InputsOf("DescribeTrainingJob").Skip(before).Select(i => i["TrainingJobName"]!.GetValue<string>()).Should()
            .BeEquivalentTo(["newest", "new"], "what changed and what runs is looked into, and nothing else");
    }

    private static JsonObject List(params JsonObject[] jobs) => new() { ["TrainingJobSummaries"] = new JsonArray([.. jobs]) };

    private static JsonObject Job(string name, string status, double at) => new()
    {
        ["TrainingJobName"] = name,
        ["TrainingJobArn"] = $"arn:aws:sagemaker:us-east-1:123456789012:training-job/{name}",
        ["CreationTime"] = Base + at,
        ["LastModifiedTime"] = Base + at,
        ["TrainingJobStatus"] = status,
        ["SecondaryStatus"] = status == "InProgress" ? "Training" : status,
    };
}
