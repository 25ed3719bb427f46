using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Stacks.Templates;

/// <summary>The section Mappings: map → top-level key → second-level key → a value or a list of values.</summary>
internal static class TemplateMappings
{
    public static JsonObject Check(JsonObject mappings)
    {
        foreach (var (name, mapping) in mappings)
        {
            if (mapping is not JsonObject keys)
                throw StackErrors.Format($"Every Mappings member must be a map: {name}");
            foreach (var (key, values) in keys)
            {
                if (values is not JsonObject attributes)
                    throw StackErrors.Format($"Every Mappings attribute must be a map: {name}.{key}");
                foreach (var (attribute, value) in attributes)
                    if (value is JsonObject || value is JsonArray list && list.Any(i => i is not JsonValue))
                        throw StackErrors.Format($"Every Mappings attribute must be a String or a List: {name}.{key}.{attribute}");
            }
        }
        return mappings;
    }

    public static JsonNode? Find(JsonObject mappings, string name, string key, string attribute) =>
        ((mappings[name] as JsonObject)?[key] as JsonObject)?[attribute];
}
