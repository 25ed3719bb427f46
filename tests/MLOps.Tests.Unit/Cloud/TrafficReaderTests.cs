using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Telemetry;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Unit.Cloud;

public sealed class TrafficReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task Read_EndpointsOfEachKind_TellsHoursAndWhoIsIdle()
    {
        var inventory = new FakeInventory<EndpointSummary>(Now);
        EndpointSummary Of(string name, double days) => new("local", name, "InService") { Created = Now.AddDays(-days), Variants = [new("Main")] };
        inventory.Set(Of("busy", 30), Of("new", 2), Of("quiet", 30), Of("weekly", 30));
        using var cloud = new StubCloud().On("GetMetricData", Answer);
        var reader = new TrafficReader(inventory, new MetricReader(cloud), new OneConnection(cloud.Connection), Options.Create(new CloudOptions()), new FakeTimeProvider(Now));

        var report = await reader.ReadAsync("local", TestContext.Current.CancellationToken);

        report.Of("busy")!.Hours[^1].Should().Be(7, "the hour that goes on counts");
        report.Of("busy")!.Hours[0].Should().Be(3);
        report.Of("busy")!.Day.Should().Be(10);
        report.Endpoints.Where(e => e.IsIdle).Select(e => e.Endpoint).Should().Equal(["quiet"], "one is too young, one was asked three days ago");
        cloud.InputsOf("GetMetricData").Select(i => i["MetricDataQueries"]!.AsArray().Count).Should().Equal([4, 2], "only those that were quiet today and are old enough are asked about more");
    }

    private static JsonObject Answer(JsonObject request) => new()
    {
        ["MetricDataResults"] = new JsonArray([.. request["MetricDataQueries"]!.AsArray().Select(q => Result(
            q!["Id"]!.GetValue<string>(), q["MetricStat"]!["Metric"]!["Dimensions"]![0]!["Value"]!.GetValue<string>(), q["MetricStat"]!["Period"]!.GetValue<int>()))]),
    };

    private static JsonNode Result(string id, string endpoint, int period)
    {
        (DateTimeOffset At, double Value)[] points = (endpoint, period) switch
        {
            ("busy", 3600) => [(Now.AddMinutes(-30), 7), (Now.AddMinutes(-30).AddHours(-23), 3)],
            ("weekly", 86400) => [(Now.AddDays(-3), 1)],
            _ => [],
        };
        return new JsonObject
        {
            ["Id"] = id,
            ["Timestamps"] = new JsonArray([.. points.Select(p => (JsonNode)p.At.ToUnixTimeSeconds())]),
            ["Values"] = new JsonArray([.. points.Select(p => (JsonNode)p.Value)]),
        };
    }

    private sealed class OneConnection(CloudConnection connection) : ICloudConnections
    {
        public IReadOnlyList<CloudConnection> All => [connection];

        public CloudConnection Default => connection;

        public CloudConnection? Find(string name) => connection;

        public Task<CloudIdentity> IdentifyAsync(string name, CancellationToken cancelled = default) => throw new NotSupportedException();
    }
}
