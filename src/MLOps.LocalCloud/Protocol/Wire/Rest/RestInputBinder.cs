using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Wire.Rest;

/// <summary>Takes input members from the path, the query string and the headers.</summary>
internal static class RestInputBinder
{
    public static void Bind(WireRequest request, ApiShape shape, JsonObject members, Func<ApiMember, string, AwsException> invalid)
    {
        foreach (var member in shape.Members)
        {
            var value = member.Location switch
            {
                MemberLocation.Uri => request.Labels.TryGetValue(member.WireName, out var label) ? Simple(member, label, invalid) : null,
                MemberLocation.Query => request.Http.Request.Query.TryGetValue(member.WireName, out var sent) ? Values(member, sent, split: false, invalid) : null,
                MemberLocation.Header => request.Http.Request.Headers.TryGetValue(member.WireName, out var sent) ? Header(member, sent, invalid) : null,
                MemberLocation.HeaderPrefix => Prefixed(request.Http.Request.Headers, member.WireName),
                _ => null,
            };
            if (value is not null)
                members[member.Name] = value;
        }
    }

    private static JsonNode? Header(ApiMember member, StringValues sent, Func<ApiMember, string, AwsException> invalid)
    {
        if (!member.WireName.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase))
            return Values(member, sent, split: true, invalid);
        // aws-chunked is how the body was framed, not what the object is.
        var codings = sent.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(c => !c.Equals("aws-chunked", StringComparison.OrdinalIgnoreCase)).ToArray();
        return codings.Length == 0 ? null : JsonValue.Create(string.Join(',', codings));
    }

    private static JsonNode? Values(ApiMember member, StringValues sent, bool split, Func<ApiMember, string, AwsException> invalid)
    {
        if (member.Shape.Kind != ShapeKind.List)
            return Simple(member, sent.ToString(), invalid);
        var texts = sent.Where(t => t is not null).Select(t => t!);
        if (split)
            texts = texts.SelectMany(t => t.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return new JsonArray([.. texts.Select(t => Simple(member.Shape.Element, t, invalid))]);
    }

    private static JsonNode? Simple(ApiMember member, string text, Func<ApiMember, string, AwsException> invalid)
    {
        if (text.Length == 0 && member.Shape.Kind != ShapeKind.String)
            return null;
        return Canonical.FromText(member.Shape, text) ?? throw invalid(member, text);
    }

    private static JsonObject? Prefixed(IHeaderDictionary headers, string prefix)
    {
        JsonObject? found = null;
        foreach (var (name, value) in headers)
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                (found ??= [])[name[prefix.Length..].ToLowerInvariant()] = value.ToString();
        return found;
    }
}
