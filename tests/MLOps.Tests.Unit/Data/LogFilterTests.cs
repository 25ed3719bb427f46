using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.Logs.Filtering;

namespace MLOps.Tests.Unit.Data;

public sealed class LogFilterTests
{
    private const string Json = """{"level":"error","status":503,"user":null,"ok":false,"tags":["a","b"],"request":{"path":"/invocations"}}""";

    [Theory]
    [InlineData("", "anything", true)]
    [InlineData("ERROR", "[ERROR] out of memory", true)]
    [InlineData("ERROR memory", "[ERROR] out of memory", true)]
    [InlineData("ERROR missing", "[ERROR] out of memory", false)]
    [InlineData("\"out of memory\"", "[ERROR] out of memory", true)]
    [InlineData("?WARN ?ERROR", "[ERROR] x", true)]
    [InlineData("?WARN ?INFO", "[ERROR] x", false)]
    [InlineData("ERROR -memory", "[ERROR] out of memory", false)]
    [InlineData("-DEBUG", "[ERROR] x", true)]
    [InlineData("-\"out of\"", "[ERROR] out of memory", false)]
    [InlineData("%5\\d\\d%", "status 503", true)]
    [InlineData("""{ $.level = "error" }""", Json, true)]
    [InlineData("""{ $.level = "err*" && $.status >= 500 }""", Json, true)]
    [InlineData("""{ $.level != "error" || ($.status < 500 || $.tags[1] = "b") }""", Json, true)]
    [InlineData("""{ $.status = 404 }""", Json, false)]
    [InlineData("""{ $.request.path = "/inv*" }""", Json, true)]
    [InlineData("""{ $.user IS NULL && $.ok IS FALSE }""", Json, true)]
    [InlineData("""{ $.missing NOT EXISTS }""", Json, true)]
    [InlineData("""{ $.level NOT EXISTS }""", Json, false)]
    [InlineData("""{ $.level = %^e% }""", Json, true)]
    [InlineData("""{ $.level = error }""", Json, true)]
    [InlineData("""{ $.level = "error" }""", "no JSON", false)]
    public void Parse_OfAPattern_LetsThroughAsCloudWatchDoes(string pattern, string message, bool expected) =>
        LogFilter.Parse(pattern)(message).Should().Be(expected);

    [Theory]
    [InlineData("[ip, user]")]
    [InlineData("{ $.level }")]
    [InlineData("{ $.level = }")]
    [InlineData("{ ($.a = 1 }")]
    [InlineData("{ $.a ~ 1 }")]
    [InlineData("\"open")]
    [InlineData("%(%")]
    public void Parse_OfNoPattern_IsRefused(string pattern) =>
        ((Action)(() => LogFilter.Parse(pattern))).Should().Throw<AwsException>().Which.Code.Should().Be("InvalidParameterException");

    [Fact]
    public async Task FilterLogEvents_OverStreamsAndPages_FindsEachMatchOnceInOrder()
    {
        await using var cloud = new DataCloud();
        for (var i = 0; i < 50; i++)
        {
            cloud.Get<ILogSink>().Append(DataCloud.Scope, "/e", i % 3 == 0 ? "b/0" : "a/1", $"{(i % 2 == 0 ? "even" : "odd")} {i}");
            cloud.Time.Advance(TimeSpan.FromMilliseconds(1));
        }
        (await All(null)).Should().Equal(Enumerable.Range(0, 25).Select(i => $"even {2 * i}"));
        (await All("b/")).Should().Equal(Enumerable.Range(0, 9).Select(i => $"even {6 * i}"));

        async Task<List<string>> All(string? prefix)
        {
            var (found, token) = (new List<string>(), (string?)null);
            do
            {
                var page = await cloud.CallAsync("logs", "FilterLogEvents", new JsonObject
                {
                    ["logGroupName"] = "/e", ["filterPattern"] = "even", ["limit"] = 4, ["nextToken"] = token, ["logStreamNamePrefix"] = prefix,
                });
                found.AddRange(page.Objects("events").Select(e => e.Required("message")));
                token = page.Text("nextToken");
            }
            while (token is not null);
            return found;
        }
    }
}
