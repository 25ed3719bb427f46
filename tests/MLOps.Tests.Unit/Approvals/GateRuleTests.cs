using MLOps.Cloud.Cases;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;
using MLOps.Portal.Features.Approvals;
using MLOps.Portal.Features.Approvals.Gates;
using MLOps.Portal.Features.Approvals.Gathering;

namespace MLOps.Tests.Unit.Approvals;

public sealed class GateRuleTests
{
    [Theory]
    [InlineData("profit >= production - 0.01", "validation:profit", MetricDirection.HigherIsBetter)]
    [InlineData("0.2 >= churned", "churned", MetricDirection.LowerIsBetter)]
    [InlineData("churned < 20%", "churned", MetricDirection.LowerIsBetter)]
    [InlineData("profit == 1", "profit", MetricDirection.Unknown)]
    [InlineData("profit - churned >= 0", "churned", MetricDirection.Unknown)]
    [InlineData("profit >= 0", "churned", MetricDirection.Unknown)]
    public void Wants_AMetricThatARuleAsksFor_IsBetterThatWay(string rule, string metric, MetricDirection direction) => GateRule.Parse(rule).Wants(metric).Should().Be(direction);

    [Fact]
    public void Pair_MetricOfWhichNoNameTells_GoesByTheRules()
    {
        MetricComparison.Pair([new("profit", 3)], [new("profit", 2)]).Single().IsBetter.Should().BeNull();
        MetricComparison.Pair([new("profit", 3)], [new("profit", 2)], [GateRule.Parse("profit >= production")]).Single().IsBetter.Should().BeTrue();
        MetricComparison.Pair([new("error_margin", 3)], [new("error_margin", 2)], [GateRule.Parse("error_margin >= 2")]).Single().IsBetter.Should().BeTrue("the rule knows better than the name");
    }

    [Theory]
    [InlineData("accuracy >= production - 0.01", RuleState.Passed, "0.95 >= 0.95")]
    [InlineData("accuracy >= production - 0.005", RuleState.Failed, "0.95 >= 0.955")]
    [InlineData("accuracy > production - 0.01", RuleState.Failed, "0.95 > 0.95")]
    [InlineData("production - 0.01 <= accuracy", RuleState.Passed, "0.95 <= 0.95")]
    [InlineData("logistic:log_loss <= production(logistic:log_loss) * 1.1", RuleState.Passed, "0.21 <= 0.22")]
    [InlineData("'validation:my score' >= 90%", RuleState.Passed, "0.91 >= 0.9")]
    [InlineData("accuracy >= (1 + 2) / 4 - -0.1", RuleState.Passed, "0.95 >= 0.85")]
    [InlineData("agreement >= 0.9", RuleState.Failed, "0.5 >= 0.9")]
    [InlineData("cases.accuracy >= production", RuleState.Failed, "0.5 >= 1")]
    [InlineData("cases.count == 2", RuleState.Passed, "2 == 2")]
    [InlineData("cases.errors != 1", RuleState.Passed, "0 != 1")]
    [InlineData("accuracy >= 1e-1", RuleState.Passed, "0.95 >= 0.1")]
    public void Check_WhatWasMeasured_IsCompared(string rule, RuleState state, string why)
    {
        var result = GateRule.Parse(rule).Check(Measured());
        (result.State, result.Why).Should().Be((state, why));
    }

    [Theory]
    [InlineData("recall >= 0.9", RuleState.Failed, "has no metric recall; it has accuracy")]
    [InlineData("f1 >= 0.9", RuleState.Failed, "f1 may mean logistic:f1 or random_forest:f1: write the whole name")]
    [InlineData("accuracy / 0 >= 0.9", RuleState.Failed, "cannot be computed")]
    public void Check_WhatCannotBeMeasured_Fails(string rule, RuleState state, string why)
    {
        var result = GateRule.Parse(rule).Check(Measured());
        result.State.Should().Be(state);
        result.Why.Should().Contain(why);
    }

    [Fact]
    public void Check_NoProductionYet_HoldsNobodyUpByComparing()
    {
        var first = Evidence() with { Production = null, ProductionEndpoint = null, ProductionEndpointName = "iris-model-production" };
        var measures = new Measures(first, Cases() with { Rows = [.. Cases().Rows.Select(r => r with { Production = null })] }, new EvidencePart("Saved cases", PartState.Done));
        GateRule.Parse("accuracy >= production - 0.01").Check(measures).State.Should().Be(RuleState.NotApplicable);
        GateRule.Parse("agreement >= 0.9").Check(measures).State.Should().Be(RuleState.NotApplicable);
        GateRule.Parse("cases.accuracy >= production").Check(measures).State.Should().Be(RuleState.NotApplicable);
        GateRule.Parse("accuracy >= 0.96").Check(measures).State.Should().Be(RuleState.Failed);
    }

    [Fact]
    public void Check_ProductionCouldNotBeRead_Fails()
    {
        var unread = Evidence() with
        {
            Production = null, ProductionEndpoint = null, ProductionEndpointName = "iris-model-production",
            Gaps = [new EvidenceGap("production endpoint", new MLOps.Cloud.Faults.CloudFault(MLOps.Cloud.Faults.CloudFaultKind.Denied, "no"))],
        };
        GateRule.Parse("accuracy >= production").Check(new Measures(unread, null, new EvidencePart("Saved cases"))).State.Should().Be(RuleState.Failed);
    }

    [Theory]
    [InlineData(PartState.Running, RuleState.Pending)]
    [InlineData(PartState.Failed, RuleState.Failed)]
    [InlineData(PartState.NotThere, RuleState.Failed)]
    public void Check_CasesNotThere_IsNoPass(PartState part, RuleState state) =>
        GateRule.Parse("cases.accuracy >= 0.5").Check(new Measures(Evidence(), null, new EvidencePart("Saved cases", part, "gone"))).State.Should().Be(state);

    [Theory]
    [InlineData("accuracy >=", "expected a number or the name of a metric at the end")]
    [InlineData("accuracy 0.9", "expected a comparison (>=, >, <=, <, ==, !=) at character 10 ('0')")]
    [InlineData("accuracy >= 0.9 extra", "expected the end at character 17 ('e')")]
    [InlineData("(accuracy >= 0.9", "expected a closing bracket at character 11 ('>')")]
    [InlineData("'accuracy >= 0.9", "the quote at character 1 is not closed")]
    [InlineData("'' >= 0.9", "a name between quotes is empty")]
    [InlineData("accuracy >= 1.2.3", "'1.2.3' is no number")]
    [InlineData("0.5 >= 0.4", "names no metric")]
    [InlineData("accuracy + f1 >= production", "production stands for production's value of the one metric that the rule names, and this one names 2")]
    [InlineData("", "expected a number or the name of a metric at the end")]
    [InlineData("accuracy >= £", "expected a number or the name of a metric at character 13")]
    public void Parse_NoRule_SaysWhereAndWhat(string rule, string message) =>
        FluentActions.Invoking(() => GateRule.Parse(rule)).Should().Throw<FormatException>().WithMessage($"*{message}*");

    internal static Measures Measured() => new(Evidence(), Cases(), new EvidencePart("Saved cases", PartState.Done));

    internal static SignOffEvidence Evidence() => new("local", "iris-model-pipeline", new PipelineExecution("exec-1", "InProgress"), new string('a', 64))
    {
        Candidate = Model(0.95, 0.21),
        Production = Model(0.96, 0.20),
        ProductionEndpoint = new EndpointSummary("local", "iris-model-production", "InService"),
        ProductionEndpointName = "iris-model-production",
        Canonical = """{"version":1}""",
    };

    /// <summary>Production gets both right, the candidate one.</summary>
    internal static CaseResults Cases() => new("cases.csv", "00", 2,
    [
        new CaseRow(new SavedCase(1, "1", "a"), new CaseAnswer("a", false, 4), new CaseAnswer("a", false, 2)),
        new CaseRow(new SavedCase(2, "2", "b"), new CaseAnswer("a", false, 8), new CaseAnswer("b", false, 3)),
    ]);

    private static ModelEvidence Model(double accuracy, double loss) => new()
    {
        Job = new TrainingJobDetail(new TrainingJobSummary("local", "job", "Completed")
        {
            Metrics = [new("accuracy", accuracy), new("logistic:log_loss", loss), new("validation:my score", 0.91), new("logistic:f1", 0.9), new("random_forest:f1", 0.9)],
        }),
    };
}
