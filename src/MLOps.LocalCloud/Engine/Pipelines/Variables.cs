using System.Text.RegularExpressions;
using MLOps.LocalCloud.Engine.Pipelines.Records;

namespace MLOps.LocalCloud.Engine.Pipelines;

/// <summary>Fills <c>#{namespace.name}</c> into an action's configuration.</summary>
internal static partial class Variables
{
    /// <exception cref="UnresolvedVariableException">A variable is not there; the message names it.</exception>
    public static Dictionary<string, string> Resolve(IReadOnlyDictionary<string, string> configuration, ExecutionRecord execution) =>
        configuration.ToDictionary(p => p.Key, p => Reference().Replace(p.Value, match => Find(match.Groups[1].Value, match.Groups[2].Value, execution)));

    private static string Find(string space, string name, ExecutionRecord execution) => (space, name) switch
    {
        ("codepipeline", "PipelineExecutionId") => execution.Id,
        ("variables", _) when execution.Variables.TryGetValue(name, out var value) => value,
        _ when execution.Namespaces.TryGetValue(space, out var values) && values.TryGetValue(name, out var value) => value,
        _ => throw new UnresolvedVariableException($"Unable to resolve variable #{{{space}.{name}}}: no action has put it out so far"),
    };

    [GeneratedRegex(@"#\{([A-Za-z0-9@\-_]+)\.([A-Za-z0-9@\-_.]+)\}")]
    private static partial Regex Reference();
}

internal sealed class UnresolvedVariableException(string message) : Exception(message);
