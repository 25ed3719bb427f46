using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Stacks.Templates;

/// <summary>Reads the members of the sections Resources and Outputs.</summary>
internal static class ResourceReader
{
    private static readonly HashSet<string> Attributes =
        ["Type", "Properties", "DependsOn", "Condition", "Metadata", "DeletionPolicy", "UpdateReplacePolicy", "CreationPolicy", "UpdatePolicy"];

    public static ResourceDeclaration Read(string id, JsonNode? node)
    {
        if (node is not JsonObject resource)
            throw StackErrors.Format($"[/Resources/{id}] Every Resources member must be an object.");
        foreach (var (attribute, _) in resource)
        {
            if (!Attributes.Contains(attribute))
                throw StackErrors.Format($"Invalid template resource property '{attribute}'");
            if (attribute is "CreationPolicy" or "UpdatePolicy")
                throw StackErrors.NotOffered($"the attribute {attribute} of resource {id}");
        }
        if (Text(resource["Type"]) is not { } type)
            throw StackErrors.Format($"[/Resources/{id}] Every Resources object must contain a Type member.");
        if (resource["Properties"] is { } given and not JsonObject)
            throw StackErrors.Format($"[/Resources/{id}/Properties] must be an object, not {given.GetValueKind()}.");
        return new ResourceDeclaration(id, type, resource["Properties"] as JsonObject ?? [])
        {
            Condition = resource["Condition"] is { } condition
                ? Text(condition) ?? throw StackErrors.Format($"[/Resources/{id}] Every Condition member must be a string.") : null,
            DependsOn = DependsOn(id, resource["DependsOn"]),
            DeletionPolicy = Policy(id, resource, "DeletionPolicy", ["Delete", "Retain", "RetainExceptOnCreate"]),
            UpdateReplacePolicy = Policy(id, resource, "UpdateReplacePolicy", ["Delete", "Retain"]),
            Metadata = resource["Metadata"] as JsonObject,
        };
    }

    public static OutputDeclaration Output(string id, JsonNode? node)
    {
        if (node is not JsonObject output)
            throw StackErrors.Format($"[/Outputs/{id}] Every Outputs member must be an object.");
        if (output["Value"] is not { } value)
            throw StackErrors.Format($"[/Outputs/{id}] Every Outputs member must contain a Value object");
        foreach (var (attribute, _) in output)
            if (attribute is not ("Value" or "Description" or "Condition" or "Export"))
                throw StackErrors.Format($"[/Outputs/{id}] Encountered unsupported property {attribute}");
        var export = output["Export"];
        if (export is not null && export is not JsonObject { Count: 1 } || export is JsonObject o && o["Name"] is null)
            throw StackErrors.Format($"[/Outputs/{id}] Export must hold a Name and nothing else.");
        return new OutputDeclaration(id, value, Text(output["Description"]), Text(output["Condition"]), (export as JsonObject)?["Name"]);
    }

    private static IReadOnlyList<string> DependsOn(string id, JsonNode? node) => node switch
    {
        null => [],
        JsonArray list => [.. list.Select(Name)],
        _ => [Name(node)],
    };

    private static string Name(JsonNode? node) => Text(node) ?? throw StackErrors.Format("Every DependsOn value must be a string or a list of strings.");

    private static string Policy(string id, JsonObject resource, string attribute, string[] known)
    {
        if (resource[attribute] is not { } given)
            return "Delete";
        var policy = Text(given);
        if (policy == "Snapshot")
            throw StackErrors.Template($"resource type {Text(resource["Type"])} does not support {(attribute == "DeletionPolicy" ? "deletion" : "update replace")} policy Snapshot");
        return policy is not null && known.Contains(policy) ? policy : throw StackErrors.Format($"Unrecognized {attribute} {given} for resource {id}");
    }

    private static string? Text(JsonNode? node) => node is JsonValue v && v.TryGetValue(out string? text) ? text : null;
}
