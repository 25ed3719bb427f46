using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Templates;

/// <summary>Works out the values of a template's parameters from what the caller gives.</summary>
internal static class ParameterValues
{
    /// <summary>The texts by name. <paramref name="given"/> are members of shape Parameter; <paramref name="earlier"/> is what the stack has now.</summary>
    public static Dictionary<string, string> Resolve(Template template, IEnumerable<JsonObject> given, IReadOnlyDictionary<string, string>? earlier)
    {
        var values = new Dictionary<string, string>();
        var unknown = new List<string>();
        foreach (var parameter in given)
        {
            var key = parameter.Text("ParameterKey") ?? "";
            if (!template.Parameters.ContainsKey(key))
                unknown.Add(key);
            else if (!values.TryAdd(key, Given(parameter, key, earlier)))
                throw StackErrors.Validation($"Duplicate parameter key: {key}");
        }
        if (unknown.Count > 0)
            throw StackErrors.Validation($"Parameters: [{string.Join(", ", unknown)}] do not exist in the template");
        var missing = new List<string>();
        foreach (var (name, declared) in template.Parameters)
        {
            if (!values.ContainsKey(name))
            {
                if (declared.Default is { } value)
                    values[name] = value;
                else
                    missing.Add(name);
            }
        }
        if (missing.Count > 0)
            throw StackErrors.Validation($"Parameters: [{string.Join(", ", missing)}] must have values");
        foreach (var (name, value) in values)
            template.Parameters[name].Check(value);
        return values;
    }

    private static string Given(JsonObject parameter, string key, IReadOnlyDictionary<string, string>? earlier)
    {
        var value = parameter.Text("ParameterValue");
        if (parameter.Flag("UsePreviousValue") is true)
        {
            if (value is not null)
                throw StackErrors.Validation($"Invalid input for parameter key {key}. Cannot specify usePreviousValue as true and non empty value for a parameter");
            return earlier?.GetValueOrDefault(key)
                ?? throw StackErrors.Validation($"Invalid input for parameter key {key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template");
        }
        return value is null || value.Contains('\0')
            ? throw StackErrors.Validation($"Invalid input for parameter key {key}. Need to specify either usePreviousValue as true or a value for the parameter")
            : value;
    }
}
