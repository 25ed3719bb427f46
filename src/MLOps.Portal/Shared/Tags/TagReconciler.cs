using MLOps.Cloud.Tags;
using MLOps.Cloud.Values;
using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Shared.Tags;

/// <summary>Finds out whether a tag was set or taken off.</summary>
internal sealed class TagReconciler(ITagReader tags) : IReconciler
{
    private const string Set = "tag";
    private const string Removed = "untag";
    private const string Resource = "arn";
    private const string Tag = "tag";
    private const string Before = "before";
    private const string Ordered = "ordered";

    /// <summary>What a tag is where it is not there; no value looks like it.</summary>
    private const string NoTag = "not there";

    public IReadOnlyCollection<string> Kinds { get; } = [Set, Removed];

    /// <param name="what">What it is and its name: <c>training job iris-1</c>.</param>
    /// <param name="known">The tags that it had.</param>
    /// <param name="value">The value that the tag is to have; null where it is to go.</param>
    public static Deed Deed(string what, string arn, IReadOnlyList<ResourceTag> known, string key, string? value) =>
        new Deed($"{(value is null ? Removed : Set)} {what}").With((Resource, arn), (Tag, key), (Before, ValueOf(known, key)), (Ordered, Words(value)));

    public async Task<Finding?> LookAsync(LedgerEntry intent, CancellationToken cancelled)
    {
        if (!intent.Details.TryGetValue(Resource, out var arn) || !intent.Details.TryGetValue(Tag, out var key))
            return null;
        var trail = Lookup.Trail(intent, intent.Kind == Set ? "AddTags" : "DeleteTags");
        return await Lookup.FindAsync(() => tags.OfAsync(intent.Connection, arn, cancelled)) is { } now
            ? Lookup.Between(intent.Details.GetValueOrDefault(Before, ""), intent.Details.GetValueOrDefault(Ordered, ""), ValueOf(now, key), trail)
            : Finding.Unclear($"{arn} is gone. {trail}");
    }

    private static string ValueOf(IReadOnlyList<ResourceTag> tags, string key) => Words(tags.FirstOrDefault(t => t.Key == key)?.Value);

    private static string Words(string? value) => value is null ? NoTag : $"'{value}'";
}
