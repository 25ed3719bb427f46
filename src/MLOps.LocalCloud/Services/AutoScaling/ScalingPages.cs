using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.AutoScaling;

/// <summary>Pages of the Describe operations: 50 where the caller asks for no number.</summary>
internal static class ScalingPages
{
    public static JsonObject Of(JsonObject input, IReadOnlyList<JsonObject> found, string member, Func<JsonObject, string> key)
    {
        var size = input.Whole("MaxResults") ?? 50;
        if (size is < 1 or > 50)
            throw AwsException.Validation("MaxResults must be between 1 and 50.");
        var (page, next) = Paging.Take(found, key, input.Text("NextToken"), size, ScalingErrors.BadToken);
        return new JsonObject { [member] = page.Select(p => p.Copy()!).ToJson(), ["NextToken"] = next };
    }
}
