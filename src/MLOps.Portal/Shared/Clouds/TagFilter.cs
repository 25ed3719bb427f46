using MLOps.Cloud.Faults;
using MLOps.Cloud.Tags;

namespace MLOps.Portal.Shared.Clouds;

/// <summary>What a list's filter by tag (<c>owner</c> or <c>owner=me</c>) leaves. Lists do not tell tags, so the cloud is asked once for each filter.</summary>
public sealed class TagFilter(ITagReader reader, TaggedKind kind) : IDisposable
{
    private readonly Loaded<IReadOnlySet<string>> names = new();
    private string asked = "";

    /// <summary>Whether a filter is set and answered.</summary>
    public bool IsOn => asked.Length > 0 && names.Value is not null;

    public bool IsLoading => asked.Length > 0 && names.Value is null && names.Fault is null;

    public CloudFault? Fault => asked.Length > 0 ? names.Fault : null;

    /// <summary>The names of what carries the tag; null while no filter is set or it is not answered yet.</summary>
    public IReadOnlySet<string>? Names => asked.Length > 0 ? names.Value : null;

    public bool Fits(string name) => asked.Length == 0 || names.Value?.Contains(name) == true;

    /// <summary>Sets the filter as the address has it; false where it is the one that is set.</summary>
    public async Task<bool> SetAsync(string connection, string? tag, CancellationToken gone)
    {
        var wanted = tag?.Trim() ?? "";
        if (wanted == asked)
            return false;
        asked = wanted;
        names.Reset();
        if (wanted.Length == 0)
            return true;
        var at = wanted.IndexOf('=', StringComparison.Ordinal);
        var (key, value) = at < 0 ? (wanted, null) : (wanted[..at].Trim(), wanted[(at + 1)..].Trim());
        return key.Length > 0 && await names.LoadAsync(token => reader.FindAsync(connection, kind, key, value, token), gone);
    }

    public void Dispose() => names.Dispose();
}
