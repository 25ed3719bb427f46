using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Stacks.Resources;

/// <summary>
/// The schema of a resource type as CloudFormation's registry has it: names and types of properties, what is required, what is
/// read-only and what forces a replacement. Brings values into the types that the services expect: parameters are texts.
/// </summary>
internal sealed class ResourceSchema
{
    private static readonly ConcurrentDictionary<string, ResourceSchema?> Loaded = new();
    private readonly JsonObject root;
    private readonly JsonObject definitions;

    private ResourceSchema(JsonObject root)
    {
        this.root = root;
        definitions = (JsonObject)root["definitions"]!;
        Properties = ((JsonObject)root["properties"]!).Select(p => p.Key).ToHashSet();
        ReadOnly = Names("readOnly");
        CreateOnly = Names("createOnly");
    }

    public IReadOnlySet<string> Properties { get; }

    public IReadOnlySet<string> ReadOnly { get; }

    /// <summary>Top-level properties whose change needs a new resource.</summary>
    public IReadOnlySet<string> CreateOnly { get; }

    /// <summary>The schema of a type, or null where there is none in this assembly.</summary>
    public static ResourceSchema? Find(string type) => Loaded.GetOrAdd(type, static name =>
    {
        var resource = $"resource-types/{name.ToLowerInvariant().Replace("::", "-", StringComparison.Ordinal)}.json";
        using var stream = typeof(ResourceSchema).Assembly.GetManifestResourceStream(resource);
        return stream is null ? null : new ResourceSchema((JsonObject)JsonNode.Parse(stream)!);
    });

    /// <summary>The properties in the schema's types.</summary>
    /// <exception cref="PropertyException">A property is unknown, missing or of another type.</exception>
    public JsonObject Coerce(JsonObject properties)
    {
        foreach (var (name, _) in properties)
            if (!Properties.Contains(name))
                throw new PropertyException($"Encountered unsupported property {name}");
        return Structure(properties, root, "#");
    }

    private JsonNode Coerce(JsonNode value, JsonObject schema, string path)
    {
        while (schema["$ref"] is { } reference)
            schema = (JsonObject)definitions[reference.GetValue<string>()]!;
        if (Templates.Values.IsUnknown(value) && value is JsonValue)
            return value.DeepClone();
        var types = schema["type"] switch
        {
            JsonArray several => several.Select(t => t!.GetValue<string>()).ToArray(),
            { } one => [one.GetValue<string>()],
            null => schema.ContainsKey("properties") ? ["object"] : [],
        };
        var coerced = types.Length == 0 ? value.DeepClone()
            : types.Select(t => As(t, value, schema, path)).FirstOrDefault(v => v is not null)
                ?? throw new PropertyException($"{path}: expected type: {Title(types[0])}, found: {Kind(value)}");
        if (schema["enum"] is JsonArray allowed && !allowed.Any(a => JsonNode.DeepEquals(a, coerced)))
            throw new PropertyException($"{path}: {coerced.ToJsonString()} is not a valid enum value");
        return coerced;
    }

    private JsonNode? As(string type, JsonNode value, JsonObject schema, string path) => (type, value) switch
    {
        ("object", JsonObject o) when schema.ContainsKey("properties") => Structure(o, schema, path),
        ("object", JsonObject o) when schema["patternProperties"] is JsonObject { Count: 1 } pattern =>
            new JsonObject(o.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)Coerce(m.Value!, (JsonObject)pattern.Single().Value!, $"{path}/{m.Key}")))),
        ("object", JsonObject) => value.DeepClone(),
        ("array", JsonArray a) when schema["items"] is JsonObject items =>
            new JsonArray([.. a.Select((item, i) => (JsonNode?)Coerce(item!, items, $"{path}/{i}"))]),
        ("array", JsonArray) => value.DeepClone(),
        (_, not JsonValue) => null,
        ("string", _) => Templates.Values.Text(value),
        ("boolean", _) => Templates.Values.Text(value) switch { "true" or "True" => true, "false" or "False" => false, _ => null },
        ("integer", _) => long.TryParse(Templates.Values.Text(value), out var whole) ? whole : null,
        ("number", _) => double.TryParse(Templates.Values.Text(value), out var number) && double.IsFinite(number) ? number : null,
        _ => null,
    };

    private JsonObject Structure(JsonObject given, JsonObject schema, string path)
    {
        var known = (JsonObject)schema["properties"]!;
        var coerced = new JsonObject();
        foreach (var (name, value) in given)
        {
            if (known[name] is not JsonObject member)
                throw new PropertyException($"{path}: extraneous key [{name}] is not permitted");
            coerced[name] = Coerce(value!, member, $"{path}/{name}");
        }
        if (schema["required"] is JsonArray required)
            foreach (var name in required.Select(r => r!.GetValue<string>()))
                if (!coerced.ContainsKey(name))
                    throw new PropertyException($"{path}: required key [{name}] not found");
        return coerced;
    }

    private HashSet<string> Names(string member) => [.. ((JsonArray)root[member]!).Select(n => n!.GetValue<string>())];

    private static string Title(string type) => char.ToUpperInvariant(type[0]) + type[1..];

    private static string Kind(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "JSONObject",
        JsonValueKind.Array => "JSONArray",
        JsonValueKind.True or JsonValueKind.False => "Boolean",
        var kind => kind.ToString(),
    };
}

/// <summary>A resource's properties do not fit its type.</summary>
internal sealed class PropertyException(string message) : Exception(message);
