using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Templates;

/// <summary>Checks that whatever a template refers to is in it, before anything is evaluated; all branches of Fn::If are looked at.</summary>
internal sealed class TemplateReferences
{
    private static readonly string[] Supported =
    [
        "Fn::Base64", "Fn::GetAtt", "Fn::GetAZs", "Fn::ImportValue", "Fn::Join", "Fn::Split", "Fn::FindInMap", "Fn::Select", "Ref", "Fn::Equals",
        "Fn::If", "Fn::Not", "Condition", "Fn::And", "Fn::Or", "Fn::Sub", "Fn::Cidr", "Fn::Length", "Fn::ToJsonString",
    ];

    private static readonly HashSet<string> Pseudo =
    [
        "AWS::AccountId", "AWS::NoValue", "AWS::NotificationARNs", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix",
    ];

    private readonly Template template;
    private readonly string block;
    private readonly List<string> unresolved = [];

    private TemplateReferences(Template template, string block) => (this.template, this.block) = (template, block);

    public static void Check(Template template)
    {
        var conditions = new TemplateReferences(template, "Conditions");
        foreach (var (_, condition) in template.Conditions)
            conditions.Walk(condition);
        if (conditions.unresolved.Count > 0)
            throw StackErrors.Format($"Unresolved dependencies [{string.Join(", ", conditions.unresolved.Distinct())}]. Cannot reference resources in the Conditions block of the template");

        var resources = new TemplateReferences(template, "Resources");
        foreach (var resource in template.Resources.Values)
        {
            resources.Walk(resource.Properties);
            resources.CheckCondition(resource.Condition);
            resources.unresolved.AddRange(resource.DependsOn.Where(d => !template.Resources.ContainsKey(d)));
        }
        resources.Complain();

        var outputs = new TemplateReferences(template, "Outputs");
        foreach (var output in template.Outputs.Values)
        {
            outputs.Walk(output.Value);
            outputs.Walk(output.ExportName);
            outputs.CheckCondition(output.Condition);
        }
        outputs.Complain();
    }

    /// <summary>The name that a Ref or a Condition holds.</summary>
    public static string Name(JsonNode? argument, string function) =>
        argument is JsonValue v && v.TryGetValue(out string? name) ? name : throw StackErrors.Format($"every {function} object must have a single String value.");

    /// <summary>The resource and the attribute (which may be an expression) of a Fn::GetAtt.</summary>
    public static (string Id, JsonNode Attribute) Attribute(JsonNode? argument)
    {
        if (argument is JsonValue v && v.TryGetValue(out string? path) && path.Split('.', 2) is [{ Length: > 0 } first, { Length: > 0 } rest])
            return (first, JsonValue.Create(rest));
        if (argument is JsonArray { Count: 2 } list && list[0] is JsonValue id && id.TryGetValue(out string? name) && list[1] is { } attribute)
            return (name, attribute);
        throw StackErrors.Template("every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute");
    }

    /// <summary>The text of a Fn::Sub and the values that it brings itself.</summary>
    public static (string Text, JsonObject Own) Substitution(JsonNode? argument) => argument switch
    {
        JsonValue v when v.TryGetValue(out string? text) => (text, []),
        JsonArray { Count: 2 } list when list[0] is JsonValue v && v.TryGetValue(out string? text) && list[1] is JsonObject own => (text, own),
        _ => throw StackErrors.Template("One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string"),
    };

    public static AwsException UnknownFunction(string name) =>
        StackErrors.Template($"Encountered unsupported function: {name} Supported functions are: [{string.Join(", ", Supported)}]");

    private void Walk(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray list:
                foreach (var item in list)
                    Walk(item);
                break;
            case JsonObject { Count: 1 } o when o.Single() is var (name, argument) && (Evaluator.IsFunction(name) || name == "Condition" && block == "Conditions"):
                Function(name, argument);
                break;
            case JsonObject o:
                foreach (var (_, value) in o)
                    Walk(value);
                break;
        }
    }

    private void Function(string name, JsonNode? argument)
    {
        if (!Supported.Contains(name))
            throw UnknownFunction(name);
        switch (name)
        {
            case "Ref":
                Reference(Name(argument, "Ref"));
                return;
            case "Condition":
                CheckCondition(Name(argument, "Condition"));
                return;
            case "Fn::GetAtt":
                var (id, attribute) = Attribute(argument);
                Owner(id, "Fn::GetAtt");
                Walk(attribute);
                return;
            case "Fn::Sub":
                Substitute(argument);
                return;
            case "Fn::If" when argument is JsonArray { Count: > 0 } branches:
                CheckCondition(Values.Text(branches[0]));
                break;
            case "Fn::FindInMap" when argument is JsonArray { Count: 3 } keys && Values.Text(keys[0]) is { } map && !template.Mappings.ContainsKey(map):
                throw StackErrors.Template($"Mapping named '{map}' is not present in the 'Mappings' section of template.");
        }
        Walk(argument);
    }

    private void Substitute(JsonNode? argument)
    {
        var (text, own) = Substitution(argument);
        foreach (var (_, value) in own)
            Walk(value);
        foreach (var name in Evaluator.Placeholder().Matches(text).Select(m => m.Groups["name"].Value))
        {
            if (name.StartsWith('!') || own.ContainsKey(name))
                continue;
            if (name.Contains("::", StringComparison.Ordinal) || !name.Contains('.'))
                Reference(name);
            else
                Owner(name[..name.IndexOf('.')], "Fn::Sub");
        }
    }

    private void Reference(string name)
    {
        if (template.Parameters.ContainsKey(name) || Pseudo.Contains(name) || block != "Conditions" && template.Resources.ContainsKey(name))
            return;
        unresolved.Add(name);
    }

    private void Owner(string id, string function)
    {
        if (block == "Conditions")
            unresolved.Add(id);
        else if (!template.Resources.ContainsKey(id))
            throw StackErrors.Template($"instance of {function} references undefined resource {id}");
    }

    private void CheckCondition(string? name)
    {
        if (name is not null && !template.Conditions.ContainsKey(name))
            throw StackErrors.Format($"Unresolved condition dependency {name} in the {block} block of the template");
    }

    private void Complain()
    {
        if (unresolved.Count > 0)
            throw StackErrors.Format($"Unresolved resource dependencies [{string.Join(", ", unresolved.Distinct())}] in the {block} block of the template");
    }
}
