using MLOps.Cloud.Pipelines;
using MLOps.Portal.Features.Pipelines;

namespace MLOps.Tests.Unit.Portal;

public sealed class ExecutionWordsTests
{
    private const string Newer = "0b0f4f5e-2f6d-4c1c-9a53-3c5a1d2e7f10";
    private static readonly DateTimeOffset At = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void SupersededBy_TheSummaryNamesIt_IsTaken() =>
        ExecutionWords.SupersededBy(new("a", "Superseded") { StatusSummary = $"Execution was superseded by newer execution {Newer}" }, []).Should().Be(Newer);

    [Fact]
    public void SupersededBy_TheSummaryNamesNone_IsTheNextNewerThatIsNoRollback()
    {
        PipelineExecution old = new("a", "Superseded") { Started = At }, back = new("b", "Succeeded") { Started = At.AddMinutes(1), ExecutionType = "ROLLBACK" },
            next = new("c", "Superseded") { Started = At.AddMinutes(2) }, last = new("d", "Succeeded") { Started = At.AddMinutes(3) };
        ExecutionWords.SupersededBy(old, [last, next, back, old]).Should().Be("c");
        ExecutionWords.SupersededBy(last, [last, next, back, old]).Should().BeNull();
    }

    [Theory]
    [InlineData("Release freeze until 12th (ask ops)!", true)]
    [InlineData("", true)]
    [InlineData("a, b", false)]
    [InlineData("so: no", false)]
    public void Reason_IsWhatCodePipelineTakes(string reason, bool taken) => ExecutionWords.IsReason(reason).Should().Be(taken);

    [Fact]
    public void Comparison_TwoExecutions_TellsWhatDiffers()
    {
        ExecutionDetail Detail(string id, string revision, string variable, params ActionExecution[] runs) =>
            new(new(id, "Succeeded") { Revisions = [new("Take", revision)], Variables = [new("size", variable), new("same", "1")] }, [.. runs]);
        ActionExecution Run(string action, string setting) => new(action, "e", "Build", action, "Succeeded") { Configuration = [new("File", "a.yml"), new("Value", setting)] };

        var both = new ExecutionComparison(Detail("e1", "r1", "small", Run("One", "x"), Run("Gone", "y")), Detail("e2", "r2", "small", Run("One", "z")));

        both.Revisions.Single().Should().Be(new ComparedLine("Take", "r1", "r2"));
        both.Variables.Where(v => v.Differs).Should().BeEmpty();
        both.Runs.Select(r => (r.Action, r.Before is not null, r.After is not null)).Should().Equal(("One", true, true), ("Gone", true, false));
        both.Settings.Select(s => s.Name).Should().Equal(["Build / One / Value"], "an action that ran in one alone was told nothing in the other");
    }
}
