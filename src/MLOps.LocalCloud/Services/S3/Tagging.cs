using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>Tags in their three forms: the header's <c>a=b&amp;c=d</c>, the wire's TagSet, and a map as they are stored.</summary>
internal static class Tagging
{
    /// <summary>Reads the x-amz-tagging header.</summary>
    public static JsonObject Parse(string header) => Check(
        header.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(pair => (Decode(pair[0]), pair.Length > 1 ? Decode(pair[1]) : "")),
        most: 10);

    /// <summary>Reads <c>Tagging.TagSet</c>; an object may have 10 tags, a bucket 50.</summary>
    public static JsonObject FromTagSet(JsonObject? tagging, int most) =>
        Check((tagging ?? []).Objects("TagSet").Select(t => (t.Required("Key"), t.Text("Value") ?? "")), most);

    public static JsonArray ToTagSet(JsonObject tags) =>
        [.. tags.Select(t => new JsonObject { ["Key"] = t.Key, ["Value"] = t.Value!.GetValue<string>() })];

    private static JsonObject Check(IEnumerable<(string Key, string Value)> pairs, int most)
    {
        var tags = new JsonObject();
        foreach (var (key, value) in pairs)
        {
            if (key.Length is 0 or > 128)
                throw new AwsException("InvalidTag", "The TagKey you have provided is invalid");
            if (value.Length > 256)
                throw new AwsException("InvalidTag", "The TagValue you have provided is invalid");
            if (!tags.TryAdd(key, value))
                throw new AwsException("InvalidTag", "Cannot provide multiple Tags with the same key");
        }
        return tags.Count <= most ? tags : throw new AwsException("BadRequest", $"Object tags cannot be greater than {most}");
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
