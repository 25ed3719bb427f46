using System.Text.Json;
using Microsoft.Playwright;

namespace MLOps.Tests.Browser;

/// <summary>What a screen reader is told of a page: the browser's accessibility tree, in the order in which it is read.</summary>
internal static class ReadAloud
{
    private static readonly string[] Fields = ["textbox", "searchbox", "checkbox", "radio", "slider", "spinbutton", "combobox", "listbox", "switch"];
    private static readonly string[] Named = [.. Fields, "button", "link", "table", "grid", "image", "img", "progressbar", "dialog", "region"];

    /// <summary>Everything that is told, from the first word to the last.</summary>
    public static async Task<IReadOnlyList<Heard>> ListenAsync(IPage page)
    {
        var devtools = await page.Context.NewCDPSessionAsync(page);
        var answer = await devtools.SendAsync("Accessibility.getFullAXTree");
        await devtools.DetachAsync();
        // Pieces of text may come twice under one id.
        var nodes = answer!.Value.GetProperty("nodes").EnumerateArray().DistinctBy(n => n.GetProperty("nodeId").GetString()!).ToDictionary(n => n.GetProperty("nodeId").GetString()!);
        var heard = new List<Heard>();
        Walk(nodes.Values.First(n => !n.TryGetProperty("parentId", out _)), "");
        return heard;

        void Walk(JsonElement node, string within)
        {
            if (!node.GetProperty("ignored").GetBoolean())
            {
                var role = Text(node, "role");
                heard.Add(new(role, Text(node, "name"), Text(node, "description"), Level(node), Is(node, "focused"), within));
                if (role is "table" or "grid")
                    within = role;
            }
            foreach (var child in node.TryGetProperty("childIds", out var ids) ? ids.EnumerateArray() : default)
            {
                if (nodes.TryGetValue(child.GetString()!, out var known))
                    Walk(known, within);
            }
        }
    }

    /// <summary>What would leave a listener without a way around the page, or with a control of which nobody says what it does.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(IPage page)
    {
        var heard = await ListenAsync(page);
        return [.. Headings(heard).Concat(Landmarks(heard)).Concat(Names(heard)).Concat(Tables(heard)).Select(fault => $"{page.Url}: {fault}")];
    }

    private static IEnumerable<string> Headings(IReadOnlyList<Heard> heard)
    {
        var headings = heard.Where(h => h.Role == "heading").ToList();
        if (headings.Count(h => h.Level == 1) != 1)
            yield return $"{headings.Count(h => h.Level == 1)} headings of the first level";
        foreach (var (before, after) in headings.Zip(headings.Skip(1)).Where(pair => pair.Second.Level > pair.First.Level + 1))
            yield return $"from heading {before.Level} “{before.Name}” to {after.Level} “{after.Name}”";
        foreach (var empty in headings.Where(h => h.Name.Length == 0))
            yield return $"a heading of level {empty.Level} without words";
    }

    private static IEnumerable<string> Landmarks(IReadOnlyList<Heard> heard)
    {
        if (heard.Count(h => h.Role == "main") != 1)
            yield return $"{heard.Count(h => h.Role == "main")} main parts";
        // A form without a name is no landmark.
        foreach (var same in heard.Where(h => h.Role is "navigation" or "region" or "search" || (h.Role == "form" && h.Name.Length > 0)).GroupBy(h => (h.Role, h.Name)).Where(g => g.Count() > 1))
            yield return $"{same.Count()} times {same.Key.Role} “{same.Key.Name}”";
        if (heard.Count(h => h.Role == "complementary") > 1 && heard.Any(h => h.Role == "complementary" && h.Name.Length == 0))
            yield return "several parts beside the main one, and not all have names";
    }

    private static IEnumerable<string> Names(IReadOnlyList<Heard> heard) =>
        heard.Where(h => Named.Contains(h.Role) && h.Name.Length == 0).Select(h => $"a {h.Role} without a name");

    private static string Text(JsonElement node, string property) =>
        node.TryGetProperty(property, out var found) && found.TryGetProperty("value", out var value) ? (value.GetString() ?? "").Trim() : "";

    private static int Level(JsonElement node) => Property(node, "level") is { ValueKind: JsonValueKind.Number } level ? level.GetInt32() : 0;

    private static bool Is(JsonElement node, string property) => Property(node, property) is { ValueKind: JsonValueKind.True };

    private static JsonElement? Property(JsonElement node, string name) => !node.TryGetProperty("properties", out var properties) ? null
        : properties.EnumerateArray().Where(p => p.GetProperty("name").GetString() == name).Select(p => (JsonElement?)p.GetProperty("value").GetProperty("value")).FirstOrDefault();

    private static IEnumerable<string> Tables(IReadOnlyList<Heard> heard)
    {
        var tables = heard.Count(h => h.Role is "table" or "grid");
        if (tables > 0 && heard.All(h => h.Role != "columnheader"))
            yield return "tables without heads of columns";
    }
}

/// <summary>One thing that is told.</summary>
/// <param name="Level">Of headings; else 0.</param>
/// <param name="Within">The role of the table that it is in; empty outside of tables.</param>
internal sealed record Heard(string Role, string Name, string Description, int Level, bool IsFocused, string Within);
