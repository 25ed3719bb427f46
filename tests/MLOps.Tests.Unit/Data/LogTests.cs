using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Unit.Data;

public sealed class LogTests : IAsyncLifetime
{
    private readonly DataCloud cloud = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => cloud.DisposeAsync();

    [Fact]
    public async Task Append_ThenRead_ShowsTheLinesInOrder()
    {
        for (var i = 0; i < 1000; i++)
            Append($"line {i}");
        var read = await Get(new JsonObject { ["startFromHead"] = true });
        read.Objects("events").Select(e => e.Text("message")).Should().Equal(Enumerable.Range(0, 1000).Select(i => $"line {i}"));
    }

    [Fact]
    public async Task GetLogEvents_Paged_EndsWithTheSameTokenTwiceAndGoesOnWhenMoreComes()
    {
        for (var i = 0; i < 5; i++)
            Append($"{i}");
        var page = await Get(new JsonObject { ["startFromHead"] = true, ["limit"] = 3 });
        Messages(page).Should().Be("012");
        page = await Get(new JsonObject { ["nextToken"] = page.Text("nextForwardToken"), ["limit"] = 3 });
        Messages(page).Should().Be("34");
        var end = await Get(new JsonObject { ["nextToken"] = page.Text("nextForwardToken") });
        end.Objects("events").Should().BeEmpty();
        end.Text("nextForwardToken").Should().Be(page.Text("nextForwardToken"));
        Append("5");
        Messages(await Get(new JsonObject { ["nextToken"] = end.Text("nextForwardToken") })).Should().Be("5");
        Messages(await Get(new JsonObject { ["nextToken"] = end.Text("nextBackwardToken"), ["limit"] = 2 })).Should().Be("34");
    }

    [Fact]
    public async Task GetLogEvents_FromTheTail_GoesBackward()
    {
        for (var i = 0; i < 5; i++)
            Append($"{i}");
        var page = await Get(new JsonObject { ["limit"] = 2 });
        Messages(page).Should().Be("34");
        page = await Get(new JsonObject { ["nextToken"] = page.Text("nextBackwardToken"), ["limit"] = 10 });
        Messages(page).Should().Be("012");
    }

    [Fact]
    public async Task GetLogEvents_OfUnknownStream_IsRefused()
    {
        Append("x");
        (await cloud.ErrorAsync("logs", "GetLogEvents", new JsonObject { ["logGroupName"] = "/jobs", ["logStreamName"] = "no" })).Should().Be("ResourceNotFoundException");
        (await cloud.ErrorAsync("logs", "GetLogEvents", new JsonObject { ["logGroupName"] = "/no", ["logStreamName"] = "no" })).Should().Be("ResourceNotFoundException");
    }

    private void Append(string message) => cloud.Get<ILogSink>().Append(DataCloud.Scope, "/jobs", "job/algo-1", message);

    private Task<JsonObject> Get(JsonObject more)
    {
        more["logGroupName"] = "/jobs";
        more["logStreamName"] = "job/algo-1";
        return cloud.CallAsync("logs", "GetLogEvents", more);
    }

    private static string Messages(JsonObject page) => string.Concat(page.Objects("events").Select(e => e.Text("message")));
}
