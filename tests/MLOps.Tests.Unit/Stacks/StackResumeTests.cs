using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Unit.Stacks;

/// <summary>The process ends at every call of an operation in turn, before or after the call took effect; the next one goes on.</summary>
public sealed class StackResumeTests
{
    private const string Before = """
        Resources:
          Bucket:
            Type: AWS::S3::Bucket
            Properties: { VersioningConfiguration: { Status: Enabled } }
          Topic: { Type: AWS::SNS::Topic, DependsOn: Bucket }
          Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: orders, DelaySeconds: 5 }, DependsOn: Topic }
        """;

    // In place: the bucket and the queue; replaced: the topic; added: the second queue; removed: nothing.
    private const string After = """
        Resources:
          Bucket:
            Type: AWS::S3::Bucket
            Properties: { VersioningConfiguration: { Status: Suspended } }
          Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: news }, DependsOn: Bucket }
          Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: orders, DelaySeconds: 9 }, DependsOn: Topic }
          Second: { Type: AWS::SQS::Queue, Properties: { QueueName: second }, DependsOn: Queue }
        """;

    public static TheoryData<string, bool> Operations => new()
    {
        { "create", false }, { "create", true }, { "update", false }, { "update", true }, { "rollback", false }, { "rollback", true }, { "delete", false }, { "delete", true },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_KilledAtEveryCall_GoesOnAndLeavesNothingTwice(string operation, bool lastTakesEffect)
    {
        var (calls, expected) = await RunAsync(operation, int.MaxValue, lastTakesEffect);
        calls.Should().BeGreaterThan(2);
        for (var call = 1; call <= calls; call++)
        {
            var (_, after) = await RunAsync(operation, call, lastTakesEffect);
            after.Should().BeEquivalentTo(expected, "the process was killed at call {0} of {1}", call, operation);
        }
    }

    private static async Task<(int Calls, object State)> RunAsync(string operation, int killAt, bool lastTakesEffect)
    {
        var cloud = new FakeCloud { LastTakesEffect = lastTakesEffect };
        var bench = await new StackBench(cloud).StartAsync();
        if (operation != "create")
        {
            await bench.CreateAsync(Before);
            await bench.SettledAsync();
        }
        // A failure at the very end of the update, so that everything has to be taken back.
        if (operation == "rollback")
            cloud.Refuses = (name, input) => name == "CreateQueue" && input.Text("QueueName") == "second" ? new AwsException("Refused", "No second queue.") : null;
        var start = cloud.Changes;
        if (killAt != int.MaxValue)
            cloud.SilentFrom = start + killAt;
        var id = operation switch
        {
            "create" => (await bench.CreateAsync(Before)).Required("StackId"),
            "delete" => await DeleteAsync(bench),
            _ => (await bench.UpdateAsync(After)).Required("StackId"),
        };
        if (killAt != int.MaxValue)
        {
            await WaitAsync(() => cloud.Changes >= start + killAt);
            var state = bench.CopyState();
            await bench.AbandonAsync();
            cloud.SilentFrom = int.MaxValue;
            bench = await new StackBench(cloud, state).StartAsync();
        }
        await using (bench)
        {
            var status = await bench.SettledAsync(id);
            var things = cloud.Things.Select(t => $"{t.Key.Kind} {t.Key.Name.Split("shop-")[^1].Split('-')[0]} {t.Value["VersioningConfiguration"]} {t.Value["DelaySeconds"]}").Order().ToList();
            var resources = (await bench.CallAsync("ListStackResources", new JsonObject { ["StackName"] = id })).Objects("StackResourceSummaries")
                .Select(r => $"{r.Text("LogicalResourceId")} {r.Text("ResourceStatus")}").Order().ToList();
            return (cloud.Changes - start, new { status, things, resources });
        }
    }

    private static async Task<string> DeleteAsync(StackBench bench)
    {
        var id = (await bench.StackAsync()).Required("StackId");
        await bench.CallAsync("DeleteStack", new JsonObject { ["StackName"] = id });
        return id;
    }

    private static async Task WaitAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!holds())
            await Task.Delay(5, patience.Token);
    }
}
