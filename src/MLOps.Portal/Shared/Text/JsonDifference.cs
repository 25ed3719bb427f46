using System.Text.Json;

namespace MLOps.Portal.Shared.Text;

/// <summary>One place in which two JSON texts differ.</summary>
/// <param name="Path">Where, for people: <c>HyperParameters.random_forest_max_depth</c>.</param>
/// <param name="Before">The value there; null where it was not there.</param>
/// <param name="After">The value there now; null where it is gone.</param>
public sealed record Difference(string Path, string? Before, string? After);

/// <summary>Tells how two JSON texts differ, by what they say: order of members and white space do not count.</summary>
public static class JsonDifference
{
    /// <summary>Members that name an item of a list, so that an item that moved is not taken for another one.</summary>
    private static readonly string[] Names = ["Name", "name", "ChannelName", "Key", "action"];

    /// <summary>The differences in the order of the new text, then what is gone; null when one of the texts is no JSON.</summary>
    public static IReadOnlyList<Difference>? Between(string before, string after)
    {
        if (Flatten(before) is not { } old || Flatten(after) is not { } now)
            return null;
        return
        [
            .. now.Where(item => old.GetValueOrDefault(item.Key) != item.Value).Select(item => new Difference(item.Key, old.GetValueOrDefault(item.Key), item.Value)),
            .. old.Where(item => !now.ContainsKey(item.Key)).Select(item => new Difference(item.Key, item.Value, null)),
        ];
    }

    private static Dictionary<string, string>? Flatten(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            Walk(json.RootElement, "", values);
            return values;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Walk(JsonElement element, string path, Dictionary<string, string> values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                    Walk(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", values);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                    Walk(item, $"{path}[{NameOf(item) ?? index.ToString(System.Globalization.CultureInfo.InvariantCulture)}]", values, ref index);
                break;
            default:
                values[path] = element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();
                break;
        }
    }

    private static void Walk(JsonElement item, string path, Dictionary<string, string> values, ref int index)
    {
        index++;
        Walk(item, path, values);
    }

    private static string? NameOf(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var name in Names)
        {
            if (item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
                return value.GetString();
        }
        return null;
    }
}
