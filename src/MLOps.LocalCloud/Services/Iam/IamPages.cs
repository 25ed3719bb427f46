using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Iam;

/// <summary>IAM's way to page: MaxItems (100 by default), Marker and IsTruncated.</summary>
internal static class IamPages
{
    private const int Default = 100;

    /// <summary>The page that the call asks for, under the name of its member. The marker is the place in the order of creation.</summary>
    public static JsonObject Page(this OperationCall call, string member, IEnumerable<JsonNode> items)
    {
        var start = call.Input.Text("Marker") is { } marker ? Read(marker) : 0;
        var size = call.Input.Whole("MaxItems") ?? Default;
        var page = items.Skip(start).Take(size + 1).ToList();
        var answer = new JsonObject { [member] = new JsonArray([.. page.Take(size)]), ["IsTruncated"] = page.Count > size };
        if (page.Count > size)
            answer["Marker"] = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{start + size}"));
        return answer;
    }

    private static int Read(string marker)
    {
        Span<byte> bytes = stackalloc byte[16];
        return Convert.TryFromBase64String(marker, bytes, out var length) && int.TryParse(bytes[..length], out var start) && start >= 0
            ? start
            : throw new AwsException("ValidationError", "The specified value for marker is invalid.");
    }
}
