using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Promotion;
using MLOps.Portal.Features.Approvals.Promotion;
using MLOps.Portal.Shared.History;

namespace MLOps.Tests.Unit.Portal;

/// <summary>What production goes back to: told by what served, not by what the pipeline ran last.</summary>
public sealed class ServedBeforeTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void LastGood_OnePlainDeploymentBefore_IsThatOne() =>
        ServedBefore.LastGood(History("c2", "e2", ["e1"]), [Served("c1", "Champion", "e1", 100, 0, 10), Served("c2", "Champion", "e2", 100, 10, null)])!.Id.Should().Be("e1");

    [Fact]
    public void LastGood_OneThatWasTakenBack_IsSkipped()
    {
        // e1, its challenger e2 promoted, then e3, from which people went back to e2; now e4.
        ServingPeriod[] periods =
        [
            Served("c1", "Champion", "e1", 100, 0, 10), Served("c2", "Champion", "e1", 0, 12, 20), Served("c2", "Challenger", "e2", 100, 12, 20),
            Served("c3", "Champion", "e3", 100, 20, 30), Served("c4", "Champion", "e1", 0, 30, 40), Served("c4", "Challenger", "e2", 100, 30, 40), Served("c5", "Champion", "e4", 100, 40, null),
        ];
        var history = History("c5", "e4", ["e3", "e2", "e1"]);
        ServedBefore.LastGood(history, periods)!.Id.Should().Be("e2");
        ServedBefore.SharesOf(periods, "c5", "e2").Words.Should().Be("model-e1 0 %, model-e2 100 %");
    }

    [Fact]
    public void LastGood_NothingSeen_IsTheNewestThatThePipelineRan() => ServedBefore.LastGood(History("c3", "e3", ["e2", "e1"]), [])!.Id.Should().Be("e2");

    [Fact]
    public void LastGood_NothingBefore_IsNone() => ServedBefore.LastGood(History("c1", "e1", []), [Served("c1", "Champion", "e1", 100, 0, null)]).Should().BeNull();

    [Fact]
    public void SharesOf_ChallengerWasPromoted_AreThoseOfTheEnd()
    {
        ServingPeriod[] periods =
        [
            Served("c1", "Champion", "e1", 90, 0, 5), Served("c1", "Challenger", "e2", 10, 0, 5), Served("c1", "Champion", "e1", 0, 5, 9), Served("c1", "Challenger", "e2", 100, 5, 9),
            Served("c2", "Champion", "e3", 100, 9, null),
        ];
        ServedBefore.SharesOf(periods, "c2", "e2").Words.Should().Be("model-e1 0 %, model-e2 100 %");
        ServedBefore.SharesOf(periods, "c2", "e7").All.Should().BeEmpty("nobody saw it serve");
    }

    private static ProductionHistory History(string config, string serves, string[] earlier) => new(new EndpointSummary("local", "iris-model-production", "InService") { ConfigName = config })
    {
        Pipeline = "iris-model-pipeline", Stage = "DeployPrd",
        Origins = [new VariantOrigin("Champion", "m", $"model-{serves}", serves, Start)],
        Earlier = [.. earlier.Select(id => new PipelineExecution(id, "Succeeded"))],
    };

    private static ServingPeriod Served(string config, string variant, string execution, double percent, int from, int? to) => new(
        "iris-model-production", variant, $"m-{execution}", $"model-{execution}", config, "", percent / 100, Start.AddMinutes(from), to is { } end ? Start.AddMinutes(end) : null);
}
