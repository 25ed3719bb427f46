using MLOps.Cloud.Telemetry;

namespace MLOps.Cloud.Pipelines;

/// <summary>A log in which an action's doing can be read.</summary>
/// <param name="Title">For people: <c>Build</c>, <c>Function train-model</c>.</param>
/// <param name="Source">Where the log is; null where it is the events of a stack.</param>
public sealed record ActionLog(string Title, LogSource? Source)
{
    /// <summary>Whether others write to it too, so that only the time of the action tells its lines.</summary>
    public bool IsShared { get; init; }

    /// <summary>The stack whose events it is; empty where it is a log.</summary>
    public string Stack { get; init; } = "";
}

/// <summary>Finds the logs of actions: the stream that an action names, a build's, a function's, the events of a stack.</summary>
public static class ActionLogs
{
    public static IReadOnlyList<ActionLog> Of(ActionExecution action)
    {
        if (Stream(action.LogStreamArn) is { } stream)
            return [new ActionLog(action.Provider == "CodeBuild" ? "Build" : "Log", stream)];
        return action.Provider switch
        {
            "CodeBuild" when Setting(action, "ProjectName") is { Length: > 0 } project && action.ExternalId.Length > 0 => [new("Build", LogSource.Build(project, action.ExternalId))],
            "Lambda" when Setting(action, "FunctionName") is { Length: > 0 } function => [new($"Function {function}", LogSource.Function(function)) { IsShared = true }],
            "CloudFormation" when Setting(action, "StackName") is { Length: > 0 } stack => [new($"Events of the stack {stack}", null) { IsShared = true, Stack = stack }],
            _ => [],
        };
    }

    /// <summary>The place of <c>arn:aws:logs:REGION:ACCOUNT:log-group:GROUP:log-stream:STREAM</c>; null where it is none.</summary>
    private static LogSource? Stream(string arn)
    {
        const string Group = ":log-group:", Stream = ":log-stream:";
        var (group, stream) = (arn.IndexOf(Group, StringComparison.Ordinal), arn.IndexOf(Stream, StringComparison.Ordinal));
        return group < 0 || stream < group ? null : new LogSource(arn[(group + Group.Length)..stream], arn[(stream + Stream.Length)..]);
    }

    private static string Setting(ActionExecution action, string name) => action.Configuration.FirstOrDefault(s => s.Name == name)?.Value ?? "";
}
