using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Unit.Data;

public sealed class QueueTests : IAsyncLifetime
{
    private readonly DataCloud cloud = new();
    private string url = "";

    public async ValueTask InitializeAsync() => url = await Create("jobs", []);

    public ValueTask DisposeAsync() => cloud.DisposeAsync();

    [Fact]
    public async Task ReceiveMessage_NotDeleted_ComesAgainAfterItsTimeoutWithANewReceipt()
    {
        await Send("hello");
        var first = (await Receive()).Single();
        (await Receive()).Should().BeEmpty();
        cloud.Time.Advance(TimeSpan.FromSeconds(31));
        var second = (await Receive()).Single();
        second.Object("Attributes")!.Text("ApproximateReceiveCount").Should().Be("2");

        // The receipt of before deletes no longer; the last one does.
        await Delete(first);
        cloud.Time.Advance(TimeSpan.FromSeconds(31));
        await Delete((await Receive()).Single());
        cloud.Time.Advance(TimeSpan.FromSeconds(31));
        (await Receive()).Should().BeEmpty();
    }

    [Fact]
    public async Task ReceiveMessage_TooOften_MovesToTheDeadLetterQueue()
    {
        var dead = await Create("dead", []);
        await cloud.CallAsync("sqs", "SetQueueAttributes", new JsonObject
        {
            ["QueueUrl"] = url,
            ["Attributes"] = new JsonObject { ["RedrivePolicy"] = """{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","maxReceiveCount":"2"}""" },
        });
        await Send("poison");
        for (var i = 0; i < 2; i++)
        {
            (await Receive()).Should().ContainSingle();
            cloud.Time.Advance(TimeSpan.FromSeconds(31));
        }
        (await Receive()).Should().BeEmpty();
        (await Receive(dead)).Should().ContainSingle().Which.Text("Body").Should().Be("poison");
    }

    [Fact]
    public async Task ReceiveMessage_Waiting_IsWokenByAMessageAndByItsDelay()
    {
        var waiting = Receive(wait: 20);
        waiting.IsCompleted.Should().BeFalse();
        await Send("now");
        var first = (await waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).Single();
        first.Text("Body").Should().Be("now");
        await Delete(first);

        await Send("later", delay: 5);
        waiting = Receive(wait: 20);
        waiting.IsCompleted.Should().BeFalse();
        // Past its delay, and not past the wait: whoever is slow to wake finds it all the same.
        for (var second = 0; second < 10; second++)
            cloud.Time.Advance(TimeSpan.FromSeconds(1));
        (await waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).Single().Text("Body").Should().Be("later");
    }

    [Fact]
    public async Task Messages_Answered_SurviveAnAbruptEnd()
    {
        await Send("kept");
        await using var again = cloud.Reopen();
        var read = await again.CallAsync("sqs", "ReceiveMessage", new JsonObject { ["QueueUrl"] = url });
        read.Objects("Messages").Single().Text("Body").Should().Be("kept");
    }

    [Fact]
    public async Task SendMessage_WithAttributes_AnswersTheMd5ThatClientsCompare()
    {
        var sent = await cloud.CallAsync("sqs", "SendMessage", new JsonObject
        {
            ["QueueUrl"] = url, ["MessageBody"] = "b",
            ["MessageAttributes"] = new JsonObject { ["model"] = new JsonObject { ["DataType"] = "String", ["StringValue"] = "iris" } },
        });
        // The MD5 of the length-prefixed name, type and value, reckoned apart from this code.
        sent.Text("MD5OfMessageAttributes").Should().Be("a8c1017bd01927082086e3c398da5689");
    }

    [Theory]
    [InlineData("QueueUrl", "http://localhost/123456789012/nope", "QueueDoesNotExist")]
    [InlineData("MaxNumberOfMessages", 11, "InvalidParameterValue")]
    [InlineData("WaitTimeSeconds", 21, "InvalidParameterValue")]
    public async Task ReceiveMessage_BadInput_IsRefused(string member, object value, string code)
    {
        var input = new JsonObject { ["QueueUrl"] = url, [member] = JsonValue.Create(value) };
        (await cloud.ErrorAsync("sqs", "ReceiveMessage", input)).Should().Be(code);
    }

    private async Task<string> Create(string name, JsonObject attributes) =>
        (await cloud.CallAsync("sqs", "CreateQueue", new JsonObject { ["QueueName"] = name, ["Attributes"] = attributes })).Required("QueueUrl");

    private Task Send(string body, int? delay = null) =>
        cloud.CallAsync("sqs", "SendMessage", new JsonObject { ["QueueUrl"] = url, ["MessageBody"] = body, ["DelaySeconds"] = delay });

    private async Task<List<JsonObject>> Receive(string? queue = null, int wait = 0) => [.. (await cloud.CallAsync("sqs", "ReceiveMessage", new JsonObject
    {
        ["QueueUrl"] = queue ?? url, ["WaitTimeSeconds"] = wait, ["MessageSystemAttributeNames"] = new JsonArray("All"),
    })).Objects("Messages")];

    private Task Delete(JsonObject message) =>
        cloud.CallAsync("sqs", "DeleteMessage", new JsonObject { ["QueueUrl"] = url, ["ReceiptHandle"] = message.Required("ReceiptHandle") });
}
