using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Wire.Rest;

/// <summary>Puts output members into the headers and the status line.</summary>
internal static class RestOutputBinder
{
    /// <summary>Sets the headers; returns the status where a member carries it.</summary>
    public static int? Bind(HttpResponse response, ApiShape shape, JsonObject output)
    {
        int? status = null;
        if (!shape.HasHttpMembers)
            return status;
        foreach (var (name, value) in output)
        {
            if (value is null || !shape.ByName.TryGetValue(name, out var member))
                continue;
            switch (member.Location)
            {
                case MemberLocation.Header:
                    response.Headers[member.WireName] = Clean(Text(member, value));
                    break;
                case MemberLocation.HeaderPrefix when value is JsonObject entries:
                    foreach (var (key, entry) in entries)
                        if (entry is not null)
                            response.Headers[member.WireName + key] = Clean(Canonical.Text(entry));
                    break;
                case MemberLocation.StatusCode when Canonical.TryNumber(value, out var code):
                    status = (int)code;
                    break;
            }
        }
        return status;
    }

    private static string Text(ApiMember member, JsonNode value) => value is JsonArray items
        ? string.Join(',', items.Where(i => i is not null).Select(i => Canonical.ToText(member.Shape.Element, i!, TimestampFormat.HttpDate)))
        : Canonical.ToText(member, value, TimestampFormat.HttpDate);

    // A line break in a value would end the header; nothing that AWS accepts holds one.
    private static string Clean(string text)
    {
        if (!text.Any(char.IsControl))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
            clean.Append(char.IsControl(c) ? ' ' : c);
        return clean.ToString();
    }
}
