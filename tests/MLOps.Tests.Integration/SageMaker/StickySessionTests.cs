using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.SageMaker;

/// <summary>Sessions of a stateful model on three instances, each of which knows its own sessions alone.</summary>
public sealed class StickySessionTests : IAsyncLifetime
{
    private const string Name = "talk";
    private SageMakerCloud cloud = null!;

    public async ValueTask InitializeAsync()
    {
        cloud = await SageMakerCloud.StartAsync();
        await cloud.DeployAsync(Name, instances: 3);
    }

    public async ValueTask DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task Invoke_SameSession_AlwaysReachesTheInstanceThatBeganIt()
    {
        var sessions = await SixAsync();
        sessions.Select(s => cloud.Live(Name).Sessions.Find(s)!.Instance).Distinct().Should().HaveCount(3, "new sessions go to the least busy in turn");
        for (var round = 1; round <= 5; round++)
        {
            // Others' requests turn the wheel meanwhile.
            await cloud.InvokeAsync(Name, "x");
            foreach (var session in sessions)
                (await AskAsync(session, "more")).Body.Should().Be($"talk|{round}");
        }
        var (_, closed) = await AskAsync(sessions[0], "close");
        closed.Text("ClosedSessionId").Should().Be(sessions[0]);
        (await RefusedAsync(sessions[0])).Should().Match<AwsException>(e => e.Code == "ValidationError" && e.Message.Contains("NEW_SESSION"));
        (await AskAsync(sessions[1], "more")).Body.Should().Be("talk|6");
        (await TextAsync(sessions[1])).Should().Be("talk|7", "streams of a session reach its instance too");
    }

    [Fact]
    public async Task Invoke_UnknownOrExpiredSession_IsRefusedInWordsThatSayWhatToDo()
    {
        (await RefusedAsync("nobody-began-it")).Message.Should().Contain("Session nobody-began-it of endpoint talk").And.Contain("NEW_SESSION");
        var late = await BeginAsync("2020-01-01T00:00:00Z");
        (await RefusedAsync(late)).Message.Should().Contain("has expired");
        var session = await BeginAsync();
        (await cloud.InvokeRefusedAsync(Name, "1", new() { ["SessionId"] = session, ["TargetVariant"] = "Other" })).Message.Should().Contain("is held by variant Main, not by Other");
    }

    [Fact]
    public async Task Invoke_HeaderOfAnotherForm_KeepsNoSessionAndSaysSoInTheLog()
    {
        var (_, begun) = await cloud.InvokeAsync(Name, "badly", new() { ["SessionId"] = "NEW_SESSION" });
        cloud.Live(Name).Sessions.Count.Should().Be(0);
        (await RefusedAsync(begun.Text("NewSessionId")!)).Code.Should().Be("ValidationError");
        var log = await cloud.CallAsync("logs", "FilterLogEvents", new() { ["logGroupName"] = "/aws/sagemaker/Endpoints/talk", ["filterPattern"] = "\"No session is kept\"" });
        log.Objects("events").Should().ContainSingle();
    }

    [Fact]
    public async Task Invoke_HolderEnds_IsToldAndNobodyElseIsAsked()
    {
        var session = await BeginAsync();
        (await cloud.InvokeRefusedAsync(Name, "exit", new() { ["SessionId"] = session })).Code.Should().Be("ModelError");
        await Eventually.TrueAsync(async () =>
        {
            var refused = await RefusedAsync(session);
            refused.Code.Should().BeOneOf(["ServiceUnavailable", "ModelError"], "no other instance is asked while it starts again");
            return refused.Members["OriginalMessage"]?.GetValue<string>() == "not mine";
        }, TimeSpan.FromSeconds(30), "the new process is asked, which holds nothing");
    }

    [Fact]
    public async Task Invoke_HolderIsScaledIn_TakesItsSessionsWithIt()
    {
        var sessions = await SixAsync();
        await cloud.CallAsync("UpdateEndpointWeightsAndCapacities", new()
        {
            ["EndpointName"] = Name,
            ["DesiredWeightsAndCapacities"] = new JsonArray(new JsonObject { ["VariantName"] = "Main", ["DesiredInstanceCount"] = 1 }),
        });
        await cloud.StatusAsync(Name, "InService");
        var left = sessions.Where(s => cloud.Live(Name).Sessions.Find(s) is not null).ToList();
        left.Should().HaveCount(2);
        (await AskAsync(left[0], "more")).Body.Should().Be("talk|1");
        (await RefusedAsync(sessions.Except(left).First())).Message.Should().Contain("its instance is gone");
    }

    /// <summary>Two on each instance.</summary>
    private async Task<List<string>> SixAsync()
    {
        var sessions = new List<string>();
        for (var i = 0; i < 6; i++)
            sessions.Add(await BeginAsync());
        return sessions;
    }

    private async Task<string> BeginAsync(string body = "hello")
    {
        var (_, begun) = await cloud.InvokeAsync(Name, body, new() { ["SessionId"] = "NEW_SESSION" });
        return begun.Text("NewSessionId")!.Split(';')[0];
    }

    private Task<(string Body, JsonObject Output)> AskAsync(string session, string body) => cloud.InvokeAsync(Name, body, new() { ["SessionId"] = session });

    private Task<AwsException> RefusedAsync(string session) => cloud.InvokeRefusedAsync(Name, "more", new() { ["SessionId"] = session });

    private async Task<string> TextAsync(string session)
    {
        var answer = await cloud.Get<ICloudCaller>().CallAsync(new OperationCall("sagemaker-runtime", "InvokeEndpointWithResponseStream", SageMakerCloud.Scope,
            new() { ["EndpointName"] = Name, ["SessionId"] = session }) { Body = new MemoryStream("x"u8.ToArray()) });
        var text = new StringBuilder();
        await foreach (var part in answer.Events!)
            text.Append(Encoding.UTF8.GetString(part.Payload.Span));
        return text.ToString();
    }
}
