using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Templates;

/// <summary>A parameter as the template declares it, and the check of a value against it.</summary>
internal sealed class ParameterDeclaration
{
    private static readonly HashSet<string> Attributes =
    [
        "Type", "Default", "NoEcho", "AllowedValues", "AllowedPattern", "MaxLength", "MinLength", "MaxValue", "MinValue", "Description", "ConstraintDescription",
    ];

    /// <summary>What stands in the place of a value that is not to be shown.</summary>
    public const string Mask = "****";

    private static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    public required string Id { get; init; }

    private JsonObject Declared { get; init; } = [];

    /// <summary><c>String</c>, <c>Number</c>, <c>List&lt;Number&gt;</c> or <c>CommaDelimitedList</c>.</summary>
    public required string Type { get; init; }

    public string? Default { get; private init; }

    public string? Description => Text("Description");

    /// <summary>The value is shown as <see cref="Mask"/>.</summary>
    public bool NoEcho => Text("NoEcho") is "true" or "True";

    public bool IsList => Type is "CommaDelimitedList" or "List<Number>";

    public static ParameterDeclaration Read(string id, JsonNode? node)
    {
        if (node is not JsonObject declared)
            throw StackErrors.Format($"[/Parameters/{id}] Every Parameters member must be an object.");
        foreach (var (attribute, _) in declared)
            if (!Attributes.Contains(attribute))
                throw StackErrors.Format($"Invalid template parameter property '{attribute}'");
        if (declared["Type"] is not { } type)
            throw StackErrors.Format("Every Parameters object must contain a Type member.");
        if (type.ToString() is var name && name is not ("String" or "Number" or "List<Number>" or "CommaDelimitedList"))
            throw name.StartsWith("AWS::", StringComparison.Ordinal) || name.StartsWith("List<AWS::", StringComparison.Ordinal)
                ? StackErrors.NotOffered($"the type {name} of parameter {id}: give the value itself, as a String")
                : StackErrors.Format($"Unrecognized parameter type: {name}");
        var parameter = new ParameterDeclaration { Id = id, Declared = declared, Type = name, Default = Scalar(id, declared["Default"]) };
        if (parameter.Default is { } value)
            parameter.Check(value);
        return parameter;
    }

    /// <summary>The value as functions see it: a text, or a list of texts.</summary>
    public JsonNode Value(string given) => IsList
        ? new JsonArray([.. given.Split(',').Select(item => (JsonNode)item.Trim())])
        : JsonValue.Create(given);

    /// <summary>Checks a value that the caller gives (or the default).</summary>
    public void Check(string given)
    {
        foreach (var value in IsList ? given.Split(',').Select(v => v.Trim()) : [given])
        {
            if (Type is "Number" or "List<Number>")
                CheckNumber(value);
            if (Declared["AllowedValues"] is JsonArray allowed && !allowed.Any(a => Plain(a) == value))
                throw Refused($"Parameter '{Id}' must be one of AllowedValues", $"[{string.Join(", ", allowed.Select(Plain))}]");
            if (Type == "String")
                CheckText(value);
            if (Text("AllowedPattern") is { } pattern && !Matches(pattern, value))
                throw Refused($"Parameter {Id} failed to satisfy constraint: Parameter {Id} must match pattern {pattern}");
        }
    }

    private void CheckNumber(string value)
    {
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            throw StackErrors.Validation($"Parameter '{Id}' must be a number.");
        if (Bound("MinValue") is { } min && number < min)
            throw Refused($"Parameter '{Id}' must be a number not less than {Text("MinValue")}");
        if (Bound("MaxValue") is { } max && number > max)
            throw Refused($"Parameter '{Id}' must be a number not greater than {Text("MaxValue")}");
    }

    private void CheckText(string value)
    {
        if (value.Length < Bound("MinLength"))
            throw Refused($"Parameter '{Id}' must contain at least {Text("MinLength")} characters");
        if (value.Length > Bound("MaxLength"))
            throw Refused($"Parameter '{Id}' must contain at most {Text("MaxLength")} characters");
    }

    private bool Matches(string pattern, string value)
    {
        try
        {
            return Regex.IsMatch(value, $"^(?:{pattern})$", RegexOptions.CultureInvariant, PatternTimeout);
        }
        catch (RegexParseException)
        {
            throw StackErrors.Format($"AllowedPattern {pattern} of parameter {Id} is no valid regular expression.");
        }
        catch (RegexMatchTimeoutException)
        {
            throw StackErrors.Validation($"Parameter {Id}: matching the pattern {pattern} takes too long.");
        }
    }

    private AwsException Refused(string message, string more = "") => Text("ConstraintDescription") is { } said
        ? StackErrors.Validation($"Parameter {Id} failed to satisfy constraint: {said}")
        : StackErrors.Validation(more.Length > 0 ? $"{message} {more}" : message);

    private double? Bound(string attribute) => Text(attribute) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : throw StackErrors.Format($"{attribute} of parameter {Id} must be a number.");

    private string? Text(string attribute) => Scalar(Id, Declared[attribute]);

    private static string? Scalar(string id, JsonNode? node) => node switch
    {
        null => null,
        JsonValue => Plain(node),
        _ => throw StackErrors.Format($"Every Default, bound and text of parameter {id} must be a string."),
    };

    private static string Plain(JsonNode? node) => node is null ? "" : Values.Text(node) ?? node.ToJsonString();
}
