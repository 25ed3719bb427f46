using System.Collections;
using System.Reflection;
using System.Text.Json.Nodes;
using Amazon.Runtime;

namespace MLOps.Tests.Wire.Sdk;

/// <summary>Turns canonical JSON into the SDK's objects and back, by reflection over what the description names.</summary>
internal sealed class CanonicalObjects(ApiDescription api)
{
    /// <summary>Sets the members of an SDK object.</summary>
    public void Fill(object target, string shape, JsonObject values)
    {
        foreach (var (name, value) in values)
        {
            var property = Property(target.GetType(), name);
            property.SetValue(target, ToObject(property.PropertyType, api.Shape(shape)["members"]![name]!, value!));
        }
    }

    /// <summary>The members of an SDK object that are set.</summary>
    public JsonObject Read(object source, string shape, params string[] without)
    {
        var values = new JsonObject();
        foreach (var (name, member) in api.Shape(shape)["members"]!.AsObject().Where(m => !without.Contains(m.Key)))
        {
            if (Property(source.GetType(), name).GetValue(source) is { } value)
                values[name] = ToJson(member!, value);
        }
        return values;
    }

    /// <summary>Text by which two canonical values can be compared: members in order, numbers alike.</summary>
    public static string Normal(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject o => $"{{{string.Join(",", o.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"\n{m.Key}:{Normal(m.Value)}"))}}}",
        JsonArray a => $"[{string.Join(",", a.Select(Normal))}]",
        JsonValue v when v.GetValueKind() == System.Text.Json.JsonValueKind.Number => v.Deserialize().ToString("0.######", System.Globalization.CultureInfo.InvariantCulture),
        _ => node.ToJsonString(),
    };

    private static PropertyInfo Property(Type type, string member) =>
        type.GetProperty(char.ToUpperInvariant(member[0]) + member[1..]) ?? throw new InvalidOperationException($"{type.Name} has no property for {member}");

    private object ToObject(Type type, JsonNode member, JsonNode value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var shape = api.Target(member);
        if (type.IsSubclassOf(typeof(ConstantClass)))
            return Activator.CreateInstance(type, value.GetValue<string>())!;
        if (type == typeof(DateTime))
            return DateTime.UnixEpoch.AddMilliseconds(value.Deserialize() * (ApiDescription.Text(shape, "type") == "long" ? 1 : 1000));
        if (type == typeof(MemoryStream))
            return new MemoryStream(Convert.FromBase64String(value.GetValue<string>()));
        switch (value)
        {
            case JsonArray items:
                var list = (IList)Activator.CreateInstance(type)!;
                foreach (var item in items)
                    list.Add(ToObject(type.GenericTypeArguments[0], shape["member"]!, item!));
                return list;
            case JsonObject entries when ApiDescription.Text(shape, "type") == "map":
                var map = (IDictionary)Activator.CreateInstance(type)!;
                foreach (var (key, entry) in entries)
                    map[key] = ToObject(type.GenericTypeArguments[1], shape["value"]!, entry!);
                return map;
            case JsonObject structure:
                var target = Activator.CreateInstance(type)!;
                Fill(target, ApiDescription.Text(member, "shape")!, structure);
                return target;
            default:
                return type == typeof(string) ? value.GetValue<string>() : type == typeof(bool) ? value.GetValue<bool>() : Convert.ChangeType(value.Deserialize(), type, null);
        }
    }

    private JsonNode ToJson(JsonNode member, object value)
    {
        var shape = api.Target(member);
        switch (value)
        {
            case ConstantClass constant: return constant.Value;
            case string text: return text;
            case bool flag: return flag;
            case DateTime time: return (time - DateTime.UnixEpoch).TotalMilliseconds / (ApiDescription.Text(shape, "type") == "long" ? 1 : 1000);
            case MemoryStream bytes: return Convert.ToBase64String(bytes.ToArray());
            case IDictionary map:
                var entries = new JsonObject();
                foreach (DictionaryEntry entry in map)
                    entries[(string)entry.Key] = ToJson(shape["value"]!, entry.Value!);
                return entries;
            case IList list: return new JsonArray([.. list.Cast<object>().Select(i => ToJson(shape["member"]!, i))]);
            case IConvertible number: return Convert.ToDouble(number, null);
            default: return Read(value, ApiDescription.Text(member, "shape")!);
        }
    }
}

internal static class JsonNumbers
{
    /// <summary>A number of whatever type it is held as.</summary>
    public static double Deserialize(this JsonNode value) => System.Text.Json.JsonSerializer.Deserialize<double>(value);
}
