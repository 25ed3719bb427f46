using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Values;

namespace MLOps.Portal.Features.Pipelines;

/// <summary>One line of two executions side by side.</summary>
/// <param name="Before">The older execution's value; null where it has none.</param>
public sealed record ComparedLine(string Name, string? Before, string? After)
{
    public bool Differs => Before != After;
}

/// <summary>One stage or action of two executions side by side.</summary>
public sealed record ComparedRun(string Stage, string Action, ActionExecution? Before, ActionExecution? After);

/// <summary>What two executions of a pipeline have in common and what not.</summary>
public sealed class ExecutionComparison(ExecutionDetail before, ExecutionDetail after)
{
    public ExecutionDetail Before { get; } = before;

    public ExecutionDetail After { get; } = after;

    public IReadOnlyList<ComparedLine> Revisions { get; } = Lines(
        before.Execution.Revisions.Select(r => new Setting(r.ActionName, r.RevisionId)), after.Execution.Revisions.Select(r => new Setting(r.ActionName, r.RevisionId)));

    public IReadOnlyList<ComparedLine> Variables { get; } = Lines(before.Execution.Variables, after.Execution.Variables);

    /// <summary>Every action that ran in either, with its last run, in the order of the newer execution.</summary>
    public IReadOnlyList<ComparedRun> Runs { get; } =
    [
        .. after.Actions.Concat(before.Actions).Select(a => (a.Stage, a.Action)).Distinct()
            .Select(place => new ComparedRun(place.Stage, place.Action, Last(before, place), Last(after, place))),
    ];

    /// <summary>Settings, filled in, that are not the same: of actions that ran in both.</summary>
    public IReadOnlyList<ComparedLine> Settings { get; } = [.. Lines(Told(before, after), Told(after, before)).Where(l => l.Differs)];

    private static ActionExecution? Last(ExecutionDetail execution, (string Stage, string Action) place) =>
        execution.Actions.LastOrDefault(a => a.Stage == place.Stage && a.Action == place.Action);

    private static IEnumerable<Setting> Told(ExecutionDetail execution, ExecutionDetail other) =>
        execution.Actions.GroupBy(a => (a.Stage, a.Action)).Where(g => other.Actions.Any(a => (a.Stage, a.Action) == g.Key)).SelectMany(g => g.Last().Configuration.Select(s => new Setting($"{g.Key.Stage} / {g.Key.Action} / {s.Name}", s.Value)));

    private static IReadOnlyList<ComparedLine> Lines(IEnumerable<Setting> before, IEnumerable<Setting> after)
    {
        var (old, now) = (before.ToList(), after.ToList());
        return [.. now.Concat(old).Select(s => s.Name).Distinct().Select(name => new ComparedLine(name, Value(old, name), Value(now, name)))];
    }

    private static string? Value(List<Setting> settings, string name) => settings.FirstOrDefault(s => s.Name == name)?.Value;
}
