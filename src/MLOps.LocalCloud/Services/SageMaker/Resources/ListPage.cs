using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.SageMaker.Resources;

/// <summary>One page of a SageMaker list: filters, order and place as the input of the List operations says.</summary>
internal static class ListPage
{
    private const int DefaultSize = 10;

    /// <param name="member">The output's list, such as <c>TrainingJobSummaries</c>.</param>
    /// <param name="descending">The order where the input asks for none; AWS differs by operation.</param>
    /// <param name="only">What else an entry must fulfil to be in the list; all are where it is null.</param>
    public static JsonObject Of(JsonObject input, ListSnapshot snapshot, string member, bool descending, Func<ListEntry, bool>? only = null)
    {
        var sortBy = input.Text("SortBy") ?? "CreationTime";
        var downwards = input.Text("SortOrder") is { } order ? order == "Descending" : descending;
        var size = input.Whole("MaxResults") ?? DefaultSize;
        var filter = new Filter(input);
        var entries = snapshot.By(sortBy);
        var index = input.Text("NextToken") is { } token ? After(entries, sortBy, downwards, token) : downwards ? entries.Length - 1 : 0;
        var page = new JsonArray();
        var taken = 0;
        ListEntry? last = null;
        for (; index >= 0 && index < entries.Length; index += downwards ? -1 : 1)
        {
            var entry = entries[index];
            if (!filter.Takes(entry) || only?.Invoke(entry) == false)
                continue;
            if (taken == size)
                return new JsonObject { [member] = page, ["NextToken"] = Token(sortBy, downwards, last!) };
            taken++;
            last = entry;
            // AWS compares the status only after it has cut the page: a page can be short, even empty, and go on.
            if (filter.Status is null || filter.Status == entry.Status)
                page.Add(entry.Summary.DeepClone());
        }
        return new JsonObject { [member] = page };
    }

    private static string Token(string sortBy, bool downwards, ListEntry last) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{sortBy}|{(downwards ? 'd' : 'a')}|{last.Sequence}|{last.Status}|{last.Name}"));

    private static int After(ListEntry[] entries, string sortBy, bool downwards, string token)
    {
        if (!TryRead(token, out var parts) || parts[0] != sortBy || parts[1] != (downwards ? "d" : "a"))
            throw AwsException.Validation("The provided NextToken is not valid.");
        var last = new ListEntry(parts[4], long.Parse(parts[2], CultureInfo.InvariantCulture), 0, 0, parts[3], []);
        int low = 0, high = entries.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            var compared = ListSnapshot.Compare(sortBy, entries[middle], last);
            if (downwards ? compared < 0 : compared <= 0)
                low = middle + 1;
            else
                high = middle;
        }
        return downwards ? low - 1 : low;
    }

    private static bool TryRead(string token, out string[] parts)
    {
        var bytes = new byte[token.Length];
        parts = Convert.TryFromBase64String(token, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length).Split('|', 5) : [];
        return parts.Length == 5 && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    private sealed class Filter(JsonObject input)
    {
        private readonly string? contains = input.Text("NameContains");
        private readonly double? createdAfter = input.Number("CreationTimeAfter");
        private readonly double? createdBefore = input.Number("CreationTimeBefore");
        private readonly double? modifiedAfter = input.Number("LastModifiedTimeAfter");
        private readonly double? modifiedBefore = input.Number("LastModifiedTimeBefore");

        public string? Status { get; } = input.Text("StatusEquals");

        public bool Takes(ListEntry e) =>
            (contains is null || e.Name.Contains(contains, StringComparison.OrdinalIgnoreCase)) &&
            !(e.Created <= createdAfter) && !(e.Created >= createdBefore) &&
            !(e.Modified <= modifiedAfter) && !(e.Modified >= modifiedBefore);
    }
}
