using System.Collections.Frozen;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Routing;

/// <summary>Finds the operation of a REST service by method, path, query parameters and headers.</summary>
internal sealed class RestRoutes
{
    private readonly FrozenDictionary<string, Candidate[]> byMethod;

    public RestRoutes(ApiService service)
    {
        var built = service.Operations.Values.Select(o => new Candidate(o.Method, o.Uri, o.Name, o, Discriminators(o)));
        var unbuilt = service.Unbuilt.Values.Select(o => new Candidate(o.Method, o.Uri, o.Name, null, []));
        byMethod = built.Concat(unbuilt).GroupBy(c => c.Method).ToFrozenDictionary(g => g.Key, g => g.OrderBy(c => c.Name, StringComparer.Ordinal).ToArray());
    }

    /// <summary>The best match, or null. The operation is null where it is one that is not built.</summary>
    /// <param name="path">The path as it was sent, still encoded.</param>
    public (string Name, ApiOperation? Operation, IReadOnlyDictionary<string, string> Labels)? Match(string method, string path, HttpRequest request)
    {
        Candidate? best = null;
        var bestScore = -1;
        foreach (var candidate in byMethod.GetValueOrDefault(method) ?? [])
        {
            var score = candidate.Score(path, request);
            if (score > bestScore)
                (best, bestScore) = (candidate, score);
        }
        return best is null ? null : (best.Name, best.Operation, Labels(best.Uri, path));
    }

    // Required parameters and headers tell operations apart that share a method and a path (UploadPartCopy and PutObject).
    private static ApiMember[] Discriminators(ApiOperation operation) => operation.Input is null ? [] :
        [.. operation.Input.Members.Where(m => m is { Required: true, Location: MemberLocation.Query or MemberLocation.Header })];

    private static Dictionary<string, string> Labels(UriTemplate uri, string path)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        Walk(uri, path, labels);
        return labels;
    }

    private static bool Walk(UriTemplate uri, ReadOnlySpan<char> path, Dictionary<string, string>? labels)
    {
        if (path is ['/', ..])
            path = path[1..];
        foreach (var segment in uri.Segments)
        {
            var end = segment.IsGreedy ? -1 : path.IndexOf('/');
            var text = end < 0 ? path : path[..end];
            if (text.IsEmpty || (!segment.IsLabel && !text.SequenceEqual(segment.Text)))
                return false;
            if (segment.IsLabel)
                labels?.Add(segment.Text, Uri.UnescapeDataString(text));
            path = end < 0 ? [] : path[(end + 1)..];
        }
        return path.IsEmpty;
    }

    private sealed record Candidate(string Method, UriTemplate Uri, string Name, ApiOperation? Operation, ApiMember[] Discriminators)
    {
        private readonly int fixedScore = (Operation is null ? 0 : 1) + (Discriminators.Length * 10) + (Uri.Query.Count * 100) +
            (Uri.Segments.Count(s => !s.IsLabel) * 100);

        public int Score(string path, HttpRequest request)
        {
            if (!Walk(Uri, path, null))
                return -1;
            foreach (var (name, value) in Uri.Query)
                if (!request.Query.TryGetValue(name, out var sent) || (value is not null && sent != value))
                    return -1;
            foreach (var member in Discriminators)
                if (member.Location == MemberLocation.Query ? !request.Query.ContainsKey(member.WireName) : !request.Headers.ContainsKey(member.WireName))
                    return -1;
            return fixedScore;
        }
    }
}
