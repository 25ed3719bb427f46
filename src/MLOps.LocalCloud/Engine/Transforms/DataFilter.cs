using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MLOps.LocalCloud.Engine.Transforms;

/// <summary>
/// A JSONPath as batch transform knows it: <c>$</c>, <c>.name</c>, <c>['a','b']</c>, <c>[0,2]</c>, <c>[1:]</c>, <c>[-1]</c> and
/// <c>*</c>. A row of CSV is a list of its columns.
/// </summary>
internal sealed partial class DataFilter
{
    private readonly IReadOnlyList<Func<JsonNode, JsonNode?>> steps;

    private DataFilter(IReadOnlyList<Func<JsonNode, JsonNode?>> steps) => this.steps = steps;

    /// <summary>The filter; null for none and for one that takes everything.</summary>
    public static DataFilter? Of(string? path) => path is null or "$" ? null : Parse(path);

    /// <summary>The filter of a path; null where the path makes no sense.</summary>
    public static DataFilter? Parse(string path)
    {
        if (!path.StartsWith('$'))
            return null;
        var steps = new List<Func<JsonNode, JsonNode?>>();
        for (var rest = path[1..]; rest.Length > 0;)
        {
            var match = Step().Match(rest);
            if (!match.Success)
                return null;
            steps.Add(StepOf(match));
            rest = rest[match.Length..];
        }
        return new DataFilter(steps);
    }

    /// <summary>What the path selects; null where there is no such thing.</summary>
    public JsonNode? Select(JsonNode record)
    {
        JsonNode? node = record;
        foreach (var step in steps)
            if ((node = node is null ? null : step(node)) is null)
                return null;
        return node;
    }

    private static Func<JsonNode, JsonNode?> StepOf(Match match)
    {
        if (match.Groups["all"].Success)
            return node => node is JsonObject o ? List(o.Select(p => p.Value)) : node as JsonArray;
        if (match.Groups["name"].Success)
            return ByNames([match.Groups["name"].Value]);
        if (match.Groups["names"].Success)
            return ByNames([.. Quoted().Matches(match.Groups["names"].Value).Select(q => q.Groups[1].Value)]);
        if (match.Groups["from"].Success)
            return Slice(Number(match.Groups["from"].Value), Number(match.Groups["to"].Value));
        return ByPlaces([.. match.Groups["places"].Value.Split(',').Select(p => Number(p)!.Value)]);
    }

    private static Func<JsonNode, JsonNode?> ByNames(IReadOnlyList<string> names) => node => node is not JsonObject o ? null
        : names.Count == 1 ? o[names[0]] : List(names.Select(n => o[n]));

    private static Func<JsonNode, JsonNode?> ByPlaces(IReadOnlyList<int> places) => node =>
    {
        if (node is not JsonArray list)
            return null;
        var found = places.Select(p => p < 0 ? list.Count + p : p).Where(p => p >= 0 && p < list.Count).Select(p => list[p]).ToList();
        return places.Count == 1 ? found.SingleOrDefault() : List(found);
    };

    private static Func<JsonNode, JsonNode?> Slice(int? from, int? to) => node =>
    {
        if (node is not JsonArray list)
            return null;
        var (first, end) = (Bound(from ?? 0, list.Count), Bound(to ?? list.Count, list.Count));
        return List(list.Skip(first).Take(Math.Max(0, end - first)));
    };

    private static int Bound(int place, int count) => Math.Clamp(place < 0 ? count + place : place, 0, count);

    private static JsonArray List(IEnumerable<JsonNode?> nodes) => new([.. nodes.Select(n => n?.DeepClone())]);

    private static int? Number(string text) => text.Trim().Length == 0 ? null : int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?:\.(?<name>[A-Za-z_][\w-]*)|\.(?<all>\*)|\[(?<all>\*)\]|\[(?<from>\s*(?:-?\d{1,9})?\s*):(?<to>\s*(?:-?\d{1,9})?\s*)\]|\[(?<places>\s*-?\d{1,9}\s*(?:,\s*-?\d{1,9}\s*)*)\]|\[(?<names>\s*(?:'[^']*'|""[^""]*"")\s*(?:,\s*(?:'[^']*'|""[^""]*"")\s*)*)\])")]
    private static partial Regex Step();

    [GeneratedRegex("""['"]([^'"]*)['"]""")]
    private static partial Regex Quoted();
}
