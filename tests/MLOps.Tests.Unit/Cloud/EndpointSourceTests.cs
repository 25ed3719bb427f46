using System.Text.Json.Nodes;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Values;

namespace MLOps.Tests.Unit.Cloud;

public sealed class EndpointSourceTests : IDisposable
{
    private const int Many = 200;
    private readonly StubCloud cloud = new();
    private readonly EndpointSource source;
    private string firstStatus = "InService";
    private double firstModified = 1_700_000_000;

    public EndpointSourceTests()
    {
        source = new EndpointSource(cloud);
        cloud.On("ListEndpoints", _ => new JsonObject { ["Endpoints"] = new JsonArray([.. Enumerable.Range(0, Many).Select(i => Listed(i, withConfig: false))]) })
            .On("DescribeEndpoint", input => Listed(int.Parse(input["EndpointName"]!.GetValue<string>()[1..]), withConfig: true))
            .On("DescribeEndpointConfig", """{ "EndpointConfigName": "config", "ProductionVariants": [] }""")
            .On("DescribeScalableTargets", """{ "ScalableTargets": [] }""");
    }

    public void Dispose() => cloud.Dispose();

    [Fact]
    public async Task Sweep_UnchangedEndpoints_AreLookedIntoInTurns()
    {
        var first = (await ReadAsync([])).ToValueList();
        Described().Should().HaveCount(Many);
        var second = (await ReadAsync(first)).ToValueList();
        second.Should().BeEquivalentTo(first);
        var turn = Described().Skip(Many).ToList();
        turn.Should().HaveCountLessThan(Many);
        for (var i = 0; i < 10; i++)
            second = (await ReadAsync(second)).ToValueList();
        Described().Skip(Many).Distinct().Should().HaveCount(Many, "every endpoint has its turn");
    }

    [Fact]
    public async Task Sweep_EndpointWhoseListEntryChanged_IsReadAtOnce()
    {
        var first = (await ReadAsync([])).ToValueList();
        // The turn begins at the front; what stands there would be read anyway.
        await ReadAsync(first);
        (firstStatus, firstModified) = ("Updating", firstModified + 1);
        var before = Described().Count;
        var changed = await ReadAsync(first);
        changed.Single(e => e.Name == "e000").Status.Should().Be("Updating");
        Described().Skip(before).Should().Contain("e000");
    }

    [Fact]
    public async Task Changed_AsksForWhatChangedAloneAndKeepsTheRest()
    {
        var known = (await ReadAsync([])).ToValueList();
        cloud.On("ListEndpoints", _ => new JsonObject { ["Endpoints"] = new JsonArray(Listed(0, withConfig: false), Listed(Many, withConfig: false)) });
        (firstStatus, firstModified) = ("Updating", firstModified + 1);
        var before = Described().Count;

        var read = await source.ReadChangedAsync("local", known, TestContext.Current.CancellationToken);

        cloud.InputsOf("ListEndpoints")[^1]["LastModifiedTimeAfter"]!.GetValue<double>().Should().Be(1_700_000_000 - 10, "the newest change that is known, and a little before it");
        read.Should().HaveCount(Many + 1);
        read.Single(e => e.Name == "e000").Status.Should().Be("Updating");
        Described().Skip(before).Should().Contain(["e000", $"e{Many:000}"]).And.HaveCountLessThan(Many / 2, "of the others only some have their turn");
    }

    [Fact]
    public async Task Changed_OneThatWasBeingDeleted_IsFoundGone()
    {
        firstStatus = "Deleting";
        var known = (await ReadAsync([])).ToValueList();
        cloud.On("ListEndpoints", """{ "Endpoints": [] }""")
            .On("DescribeEndpoint", input => input["EndpointName"]!.GetValue<string>() == "e000"
                ? throw new StubError("ValidationException", "Could not find endpoint e000.") : Listed(int.Parse(input["EndpointName"]!.GetValue<string>()[1..]), withConfig: true));
        (await source.ReadChangedAsync("local", known, TestContext.Current.CancellationToken)).Should().HaveCount(Many - 1).And.NotContain(e => e.Name == "e000");
    }

    private async Task<IReadOnlyList<EndpointSummary>> ReadAsync(ValueList<EndpointSummary> known) => await source.ReadAllAsync("local", known, TestContext.Current.CancellationToken);

    private IReadOnlyList<string> Described() => [.. cloud.InputsOf("DescribeEndpoint").Select(i => i["EndpointName"]!.GetValue<string>())];

    private JsonObject Listed(int i, bool withConfig)
    {
        var endpoint = new JsonObject
        {
            ["EndpointName"] = $"e{i:000}",
            ["EndpointArn"] = $"arn:aws:sagemaker:us-east-1:123456789012:endpoint/e{i:000}",
            ["CreationTime"] = 1_600_000_000,
            ["LastModifiedTime"] = i == 0 ? firstModified : 1_700_000_000,
            ["EndpointStatus"] = i == 0 ? firstStatus : "InService",
        };
        if (withConfig)
            endpoint["EndpointConfigName"] = "config";
        return endpoint;
    }
}
