using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Pipelines;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodePipeline;

/// <summary>Pages of a list: the token names the last item that was given, so that items that come meanwhile shift nothing.</summary>
internal static class Paging
{
    public static JsonObject Page<T>(string member, IReadOnlyList<T> items, Func<T, string> key, Func<T, JsonObject> write, JsonObject input, int largest = 100)
    {
        var start = 0;
        if (input.Text("nextToken") is { } token)
        {
            var last = Decode(token);
            start = items.ToList().FindIndex(i => key(i) == last) + 1;
            if (start == 0)
                throw PipelineErrors.InvalidToken();
        }
        var page = items.Skip(start).Take(Math.Min(input.Whole("maxResults") ?? largest, largest)).ToList();
        var answer = new JsonObject { [member] = new JsonArray([.. page.Select(i => (JsonNode)write(i))]) };
        if (start + page.Count < items.Count && page.Count > 0)
            answer["nextToken"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(key(page[^1])));
        return answer;
    }

    private static string Decode(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(token));
        }
        catch (FormatException)
        {
            throw PipelineErrors.InvalidToken();
        }
    }
}
