using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using MLOps.LocalCloud.Engine.Events.Delivery;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.EventBridge;

namespace MLOps.Tests.Unit.Data;

public sealed class EventRoutingTests : IAsyncLifetime
{
    private const string Account = "arn:aws:sqs:us-east-1:123456789012:";
    private readonly DataCloud cloud = new();

    public async ValueTask InitializeAsync()
    {
        await cloud.Get<EventRouter>().StartAsync(TestContext.Current.CancellationToken);
        await cloud.CallAsync("sqs", "CreateQueue", new JsonObject { ["QueueName"] = "inbox" });
    }

    public async ValueTask DisposeAsync()
    {
        await ((IHostedService)cloud.Get<Outbox>()).StopAsync(TestContext.Current.CancellationToken);
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task ObjectCreated_WithARuleForIt_ReachesTheQueueOfItsTarget()
    {
        await Rule("""{"source": ["aws.s3"], "detail": {"bucket": {"name": ["models"]}}}""", new JsonObject { ["Id"] = "q", ["Arn"] = Account + "inbox" });
        await cloud.CallAsync("s3", "CreateBucket", new JsonObject { ["Bucket"] = "models" });
        await cloud.CallAsync("s3", "PutObject", new JsonObject { ["Bucket"] = "models", ["Key"] = "k" }, "x");
        var happened = (JsonObject)JsonNode.Parse(await Receive())!;
        happened.Text("detail-type").Should().Be("Object Created");
        happened.Object("detail")!.Object("object")!.Text("key").Should().Be("k");
        cloud.Get<Outbox>().Count.Should().Be(0);
    }

    [Fact]
    public async Task PutEvents_WithATransformer_SendsTheFilledTemplate()
    {
        await Rule("""{"source": ["app"]}""", new JsonObject
        {
            ["Id"] = "q", ["Arn"] = Account + "inbox",
            ["InputTransformer"] = new JsonObject
            {
                ["InputPathsMap"] = new JsonObject { ["name"] = "$.detail.name", ["first"] = "$.resources[0]", ["all"] = "$.detail" },
                ["InputTemplate"] = """{"text": "job <name> of <first>", "name": <name>, "all": <all>}""",
            },
        });
        var put = await cloud.CallAsync("events", "PutEvents", new JsonObject
        {
            ["Entries"] = new JsonArray(
                new JsonObject { ["Source"] = "app", ["DetailType"] = "t", ["Detail"] = """{"name": "i\"x"}""", ["Resources"] = new JsonArray("arn:r") },
                new JsonObject { ["Source"] = "aws.fake", ["DetailType"] = "t", ["Detail"] = "{}" },
                new JsonObject { ["Source"] = "app", ["DetailType"] = "t", ["Detail"] = "[" }),
        });
        put.Whole("FailedEntryCount").Should().Be(2);
        JsonNode.Parse(await Receive())!.ToJsonString().Should().Be(
            JsonNode.Parse("""{"text": "job i\"x of arn:r", "name": "i\"x", "all": {"name": "i\"x"}}""")!.ToJsonString());
    }

    [Fact]
    public async Task Publish_ToATopic_ReachesSubscribersWhoseFilterLetsItThrough()
    {
        var topic = (await cloud.CallAsync("sns", "CreateTopic", new JsonObject { ["Name"] = "news" })).Required("TopicArn");
        foreach (var (queue, filter, raw) in ((string, string, string)[])[("inbox", """{"stage": ["prd"]}""", "true"), ("other", """{"stage": [{"anything-but": "prd"}]}""", "false")])
        {
            await cloud.CallAsync("sqs", "CreateQueue", new JsonObject { ["QueueName"] = queue });
            await cloud.CallAsync("sns", "Subscribe", new JsonObject
            {
                ["TopicArn"] = topic, ["Protocol"] = "sqs", ["Endpoint"] = Account + queue,
                ["Attributes"] = new JsonObject { ["FilterPolicy"] = filter, ["RawMessageDelivery"] = raw },
            });
        }
        foreach (var stage in (string[])["dev", "prd"])
            await cloud.CallAsync("sns", "Publish", new JsonObject
            {
                ["TopicArn"] = topic, ["Message"] = "to " + stage,
                ["MessageAttributes"] = new JsonObject { ["stage"] = new JsonObject { ["DataType"] = "String", ["StringValue"] = stage } },
            });
        (await Receive()).Should().Be("to prd");
        JsonNode.Parse(await Receive("other"))!["Message"]!.GetValue<string>().Should().Be("to dev");
        (await cloud.ErrorAsync("sns", "Subscribe", new JsonObject { ["TopicArn"] = topic, ["Protocol"] = "https", ["Endpoint"] = "https://example.com/" }))
            .Should().Be("InvalidParameter");
    }

    [Fact]
    public async Task Order_NotDeliveredBeforeAnAbruptEnd_IsDeliveredAfterIt()
    {
        await using var again = cloud.Reopen();
        // Nothing delivers it in the process that took it: the target's queue is only made after the restart.
        cloud.Get<MLOps.LocalCloud.State.DocumentStore>().Table("events/outbox").Put(DataCloud.Scope, "1", new JsonObject
        {
            ["kind"] = "events", ["target"] = Account + "inbox", ["mostAttempts"] = 1,
            ["content"] = new JsonObject { ["arn"] = Account + "inbox", ["input"] = "late", ["rule"] = "arn" },
        });
        await using var third = again.Reopen();
        var outbox = (IHostedService)third.Get<Outbox>();
        await outbox.StartAsync(TestContext.Current.CancellationToken);
        (await Receive()).Should().Be("late");
        await outbox.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("cron(0 12 * * ? *)")]
    [InlineData("rate(1 minutes)")]
    [InlineData("sometimes")]
    public async Task PutRule_WithAnotherSchedule_IsRefused(string schedule) =>
        (await cloud.ErrorAsync("events", "PutRule", new JsonObject { ["Name"] = "r", ["ScheduleExpression"] = schedule })).Should().Be("ValidationException");

    private async Task Rule(string pattern, JsonObject target)
    {
        await cloud.CallAsync("events", "PutRule", new JsonObject { ["Name"] = "r", ["EventPattern"] = pattern });
        await cloud.CallAsync("events", "PutTargets", new JsonObject { ["Rule"] = "r", ["Targets"] = new JsonArray(target) });
    }

    private async Task<string> Receive(string queue = "inbox")
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(20); DateTime.UtcNow < deadline; await Task.Delay(10, TestContext.Current.CancellationToken))
        {
            var read = await cloud.CallAsync("sqs", "ReceiveMessage", new JsonObject { ["QueueUrl"] = "http://x/123456789012/" + queue });
            if (read.Objects("Messages").FirstOrDefault() is { } message)
                return message.Required("Body");
        }
        throw new TimeoutException("Nothing came.");
    }
}
