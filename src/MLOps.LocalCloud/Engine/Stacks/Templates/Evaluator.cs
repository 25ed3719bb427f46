using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MLOps.LocalCloud.Engine.Stacks.Templates;

/// <summary>
/// Evaluates a template's values: functions are carried out from the inside out, <c>AWS::NoValue</c> disappears, and what
/// hangs on a resource that does not exist yet comes out as <see cref="Values.Unknown"/>.
/// </summary>
/// <param name="parameters">Parameters and pseudo parameters by name.</param>
internal sealed partial class Evaluator(
    Template template, IReadOnlyDictionary<string, JsonNode> parameters, Func<string, bool> conditions, IResourceValues resources)
{
    /// <summary>The value, or null where it is <c>AWS::NoValue</c>.</summary>
    public JsonNode? Evaluate(JsonNode? node) => node switch
    {
        JsonObject { Count: 1 } o when o.Single() is var (name, argument) && IsFunction(name) => Function(name, argument),
        JsonObject o => Members(o),
        JsonArray a => new JsonArray([.. a.Select(Evaluate).Where(v => v is not null)]),
        _ => node?.DeepClone(),
    };

    /// <summary>The value of an expression that must give a text.</summary>
    public string Text(JsonNode? node, string where) =>
        Values.Text(Evaluate(node)) ?? throw StackErrors.Template($"every {where} must resolve to a string.");

    public static bool IsFunction(string name) => name == "Ref" || name.StartsWith("Fn::", StringComparison.Ordinal);

    private JsonObject Members(JsonObject o)
    {
        var members = new JsonObject();
        foreach (var (name, value) in o)
        {
            if (name.StartsWith("Fn::", StringComparison.Ordinal))
                throw StackErrors.Template($"{name} must stand alone in its object.");
            if (Evaluate(value) is { } evaluated)
                members[name] = evaluated;
        }
        return members;
    }

    private JsonNode? Function(string name, JsonNode? argument) => name switch
    {
        "Ref" => Ref(TemplateReferences.Name(argument, "Ref")),
        "Fn::GetAtt" => TemplateReferences.Attribute(argument) is var (id, attribute) ? resources.Attribute(id, Text(attribute, "attribute name of Fn::GetAtt")) : null,
        "Fn::If" => If(argument),
        "Fn::Sub" => Substitute(argument),
        "Fn::ImportValue" => Text(argument, "Fn::ImportValue") is var export && Values.IsUnknown(export)
            ? throw StackErrors.Template("the name in Fn::ImportValue cannot depend on a resource.") : resources.Import(export),
        "Fn::FindInMap" => FindInMap(argument),
        "Fn::Equals" or "Fn::And" or "Fn::Or" or "Fn::Not" => throw StackErrors.Template($"{name} may only be used in the Conditions block of the template."),
        "Fn::Length" or "Fn::ToJsonString" when !template.LanguageExtensions =>
            throw StackErrors.Template($"{name} needs Transform: AWS::LanguageExtensions."),
        _ => Functions.Apply(name, Evaluate(argument), parameters["AWS::Region"].GetValue<string>()),
    };

    private JsonNode? Ref(string name) => name == "AWS::NoValue" ? null
        : parameters.TryGetValue(name, out var value) ? value.DeepClone()
        : resources.Ref(name);

    private JsonNode? If(JsonNode? argument)
    {
        if (argument is not JsonArray { Count: 3 } list || Values.Text(list[0]) is not { } condition)
            throw StackErrors.Template("Fn::If requires a list argument with three elements, the first of which is the name of a condition.");
        return Evaluate(conditions(condition) ? list[1] : list[2]);
    }

    private JsonNode FindInMap(JsonNode? argument)
    {
        if (argument is not JsonArray { Count: 3 or 4 } list)
            throw StackErrors.Template("every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value");
        var keys = list.Take(3).Select(k => Text(k, "key of Fn::FindInMap")).ToArray();
        if (keys.Any(k => Values.IsUnknown(k)))
            throw StackErrors.Template("a key of Fn::FindInMap cannot depend on a resource.");
        if (TemplateMappings.Find(template.Mappings, keys[0], keys[1], keys[2]) is { } found)
            return found.DeepClone();
        if (list.Count == 4 && template.LanguageExtensions && list[3] is JsonObject { Count: 1 } more && more["DefaultValue"] is { } fallback)
            return Evaluate(fallback)!;
        throw StackErrors.Template($"Unable to get mapping for {string.Join("::", keys)}");
    }

    private JsonNode Substitute(JsonNode? argument)
    {
        var (text, own) = TemplateReferences.Substitution(argument);
        var values = own.ToDictionary(v => v.Key, v => Evaluate(v.Value));
        return Placeholder().Replace(text, match =>
        {
            var name = match.Groups["name"].Value;
            if (name.StartsWith('!'))
                return $"${{{name[1..]}}}";
            var value = values.TryGetValue(name, out var given) ? given
                : name.IndexOf('.') is > 0 and var dot && !parameters.ContainsKey(name) ? resources.Attribute(name[..dot], name[(dot + 1)..])
                : Ref(name);
            return Values.Text(value) ?? throw StackErrors.Template($"variable {name} in Fn::Sub expression does not resolve to a string");
        });
    }

    [GeneratedRegex(@"\$\{(?<name>[^${}]+)\}")]
    public static partial Regex Placeholder();
}
