using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Wire.Json;

/// <summary>
/// Reads JSON into the canonical form: modelled members only, types checked. With <paramref name="canonical"/> the JSON is
/// already in that form (a call from inside) and only copied and checked.
/// </summary>
internal readonly struct JsonInputReader(bool canonical)
{
    /// <exception cref="AwsException"><c>SerializationException</c>: a value is of another type than the description's.</exception>
    public JsonObject ReadStructure(ApiShape shape, JsonElement json)
    {
        Expect(json, JsonValueKind.Object, "a structure");
        var members = new JsonObject();
        foreach (var property in json.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Null)
                continue;
            var known = canonical ? shape.ByName : shape.ByWireName;
            if (known.TryGetValue(property.Name, out var member))
                members[member.Name] = Read(member, property.Value);
        }
        return members;
    }

    public JsonNode? Read(ApiMember member, JsonElement json)
    {
        var shape = member.Shape;
        switch (shape.Kind)
        {
            case ShapeKind.Structure:
                return ReadStructure(shape, json);
            case ShapeKind.List:
                return ReadList(shape, json);
            case ShapeKind.Map:
                return ReadMap(shape, json);
            case ShapeKind.String:
                Expect(json, JsonValueKind.String, "a String");
                return JsonValue.Create(json.GetString());
            case ShapeKind.Boolean:
                if (json.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                    throw Mismatch(json, "a Boolean");
                return JsonValue.Create(json.GetBoolean());
            case ShapeKind.Blob:
                Expect(json, JsonValueKind.String, "a Blob");
                var text = json.GetString()!;
                return Canonical.IsBase64(text) ? JsonValue.Create(text) : throw Fault($"The value of '{member.WireName}' is no valid base64.");
            case ShapeKind.Timestamp:
                return ReadTime(member, json);
            default:
                return ReadNumber(shape.Kind, json);
        }
    }

    private JsonArray ReadList(ApiShape shape, JsonElement json)
    {
        Expect(json, JsonValueKind.Array, "a list");
        var items = new JsonArray();
        foreach (var item in json.EnumerateArray())
            items.Add(item.ValueKind == JsonValueKind.Null ? null : Read(shape.Element, item));
        return items;
    }

    private JsonObject ReadMap(ApiShape shape, JsonElement json)
    {
        Expect(json, JsonValueKind.Object, "a map");
        var entries = new JsonObject();
        foreach (var entry in json.EnumerateObject())
            if (entry.Value.ValueKind != JsonValueKind.Null)
                entries[entry.Name] = Read(shape.Value, entry.Value);
        return entries;
    }

    private static JsonNode ReadTime(ApiMember member, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Number)
            return Times.TryParse(json.GetRawText(), out _) ? Canonical.Number(json.GetRawText()) : throw Fault($"The value of '{member.WireName}' is no time.");
        Expect(json, JsonValueKind.String, "a Timestamp");
        return Times.TryParse(json.GetString()!, out var epoch) ? Canonical.Number(epoch) : throw Fault($"The value of '{member.WireName}' is no time.");
    }

    private static JsonNode ReadNumber(ShapeKind kind, JsonElement json)
    {
        // Smithy's JSON has three strings that are numbers; nothing here can be made of them.
        Expect(json, JsonValueKind.Number, kind is ShapeKind.Integer ? "an Integer" : $"a {kind}");
        if (!json.TryGetDouble(out var number) || !double.IsFinite(number))
            throw Fault($"{json.GetRawText()} can not be converted to a {kind}");
        if (kind is ShapeKind.Float or ShapeKind.Double)
            return Canonical.Number(json.GetRawText());
        if (number != Math.Truncate(number))
            throw Fault($"{json.GetRawText()} can not be converted to {(kind is ShapeKind.Integer ? "an Integer" : "a Long")}");
        if (kind is ShapeKind.Integer ? number is < int.MinValue or > int.MaxValue : number is < long.MinValue or >= long.MaxValue)
            throw Fault($"Numeric value ({json.GetRawText()}) out of range of {(kind is ShapeKind.Integer ? "int" : "long")}");
        return Canonical.Number((json.TryGetInt64(out var exact) ? exact : (long)number).ToString(CultureInfo.InvariantCulture));
    }

    private static void Expect(JsonElement json, JsonValueKind kind, string target)
    {
        if (json.ValueKind != kind)
            throw Mismatch(json, target);
    }

    private static AwsException Mismatch(JsonElement json, string target) => Fault(json.ValueKind switch
    {
        JsonValueKind.String => $"STRING_VALUE can not be converted to {target}",
        JsonValueKind.Number => $"NUMBER_VALUE can not be converted to {target}",
        JsonValueKind.True => $"TRUE_VALUE can not be converted to {target}",
        JsonValueKind.False => $"FALSE_VALUE can not be converted to {target}",
        JsonValueKind.Array => $"Start of list found where not expected: {target} is expected",
        JsonValueKind.Object => $"Start of structure or map found where not expected: {target} is expected",
        _ => $"Unexpected value: {target} is expected",
    });

    private static AwsException Fault(string message) => new("SerializationException", message);
}
