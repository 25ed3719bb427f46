using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Events.Patterns;

/// <summary>
/// A pattern over JSON as EventBridge's rules and SNS's filter policies have it: every field must match one of its
/// matchers; <c>$or</c> holds alternatives; fields may be nested.
/// </summary>
public sealed class EventPattern
{
    private readonly List<Field> fields = [];
    private readonly List<IReadOnlyList<EventPattern>> alternatives = [];

    private EventPattern(JsonObject pattern, string path)
    {
        if (pattern.Count == 0)
            throw new FormatException(path.Length == 0 ? "Filter cannot be empty" : $"Empty objects are not allowed at {path}");
        foreach (var (name, node) in pattern)
        {
            var at = path.Length == 0 ? name : $"{path}.{name}";
            switch (node)
            {
                case JsonArray { Count: > 1 } either when name == "$or" && either.All(e => e is JsonObject):
                    alternatives.Add([.. either.Select(e => new EventPattern((JsonObject)e!, path))]);
                    break;
                case JsonArray { Count: > 0 } values:
                    fields.Add(new Field(name, [.. values.Select(v => ValueMatcher.Parse(v, at))], null));
                    break;
                case JsonArray:
                    throw new FormatException($"Empty arrays are not allowed at {at}");
                case JsonObject nested:
                    fields.Add(new Field(name, [], new EventPattern(nested, at)));
                    break;
                default:
                    throw new FormatException($"\"{at}\" must be an object or an array");
            }
        }
    }

    /// <exception cref="FormatException">No valid pattern; the message says where and why.</exception>
    public static EventPattern Parse(string json)
    {
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(json);
        }
        catch (JsonException e)
        {
            throw new FormatException("it is no JSON: " + e.Message, e);
        }
        return node is JsonObject pattern ? new EventPattern(pattern, "") : throw new FormatException("it is no JSON object");
    }

    /// <summary>Whether the event has all that the pattern asks for.</summary>
    public bool Matches(JsonObject happened) =>
        fields.All(f => f.Matches(happened)) && alternatives.All(either => either.Any(p => p.Matches(happened)));

    private sealed record Field(string Name, IReadOnlyList<ValueMatcher> Values, EventPattern? Nested)
    {
        public bool Matches(JsonObject happened)
        {
            var present = happened.TryGetPropertyValue(Name, out var value);
            if (Nested is not null)
                return value switch
                {
                    JsonObject o => Nested.Matches(o),
                    JsonArray many => many.OfType<JsonObject>().Any(Nested.Matches),
                    // What is not there can still be asked to be absent.
                    _ => Nested.Matches([]),
                };
            // Of a list, one element is enough; an object is no value.
            if (!present || value is JsonObject or JsonArray { Count: 0 })
                return Values.Any(m => m.MatchesAbsent);
            return value is JsonArray array
                ? array.Any(element => element is not (JsonObject or JsonArray) && Values.Any(m => m.Matches(element)))
                : Values.Any(m => m.Matches(value));
        }
    }
}
