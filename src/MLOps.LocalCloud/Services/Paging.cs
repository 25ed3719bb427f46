using System.Text;
using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Services;

/// <summary>
/// Pages of a list. A token names the last item of the page before it, so that items which arrive between two pages
/// neither repeat nor hide others.
/// </summary>
public static class Paging
{
    /// <summary>The page after <paramref name="token"/> and the next token, or null where it is the last page.</summary>
    /// <param name="key">What tells an item from all others of the list, also later.</param>
    /// <param name="invalid">What a token that names no item is answered with.</param>
    public static (IReadOnlyList<T> Page, string? Next) Take<T>(
        IReadOnlyList<T> all, Func<T, string> key, string? token, int size, Func<Exception> invalid)
    {
        var start = 0;
        if (token is { Length: > 0 })
        {
            var last = Decode(token) ?? throw invalid();
            while (start < all.Count && key(all[start]) != last)
                start++;
            if (start++ >= all.Count)
                throw invalid();
        }
        IReadOnlyList<T> page = [.. all.Skip(start).Take(size)];
        var more = start + page.Count < all.Count && page.Count > 0;
        return (page, more ? Convert.ToBase64String(Encoding.UTF8.GetBytes(key(page[^1]))) : null);
    }

    /// <summary>A list of nodes as a member's value.</summary>
    public static JsonArray ToJson<T>(this IEnumerable<T> items) where T : JsonNode => [.. items];

    /// <summary>A list of texts as a member's value.</summary>
    public static JsonArray ToJson(this IEnumerable<string> items) => [.. items.Select(i => (JsonNode)i)];

    private static string? Decode(string token)
    {
        var buffer = new byte[token.Length];
        return Convert.TryFromBase64String(token, buffer, out var length) ? Encoding.UTF8.GetString(buffer, 0, length) : null;
    }
}
