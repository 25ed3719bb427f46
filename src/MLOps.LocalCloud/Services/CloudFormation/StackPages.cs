using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudFormation;

/// <summary>CloudFormation's pages: 100 items and a NextToken.</summary>
internal static class StackPages
{
    private const int Size = 100;
    private const string Prefix = "page-";

    public static JsonObject Page(this OperationCall call, string member, IEnumerable<JsonNode> items)
    {
        var start = call.Input.Text("NextToken") is not { } token ? 0
            : token.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(token.AsSpan(Prefix.Length), out var place) && place >= 0 ? place
            : throw StackErrors.Validation("The specified NextToken is not valid.");
        var page = items.Skip(start).Take(Size + 1).ToList();
        var answer = new JsonObject { [member] = new JsonArray([.. page.Take(Size)]) };
        if (page.Count > Size)
            answer["NextToken"] = $"{Prefix}{start + Size}";
        return answer;
    }
}
