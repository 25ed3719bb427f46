using MLOps.Cloud.Finding;

namespace MLOps.Tests.Fakes;

public sealed partial class FakeCloud : IThingFinder
{
    /// <summary>What the cloud knows beyond its inventories.</summary>
    public List<FoundThing> Older { get; } = [];

    Task<IReadOnlyList<FoundThing>> IThingFinder.FindAsync(string connection, string part, CancellationToken cancelled) =>
        Told<IReadOnlyList<FoundThing>>($"find {part}", [.. Older.Where(t => t.Name.Contains(part, StringComparison.Ordinal))]);
}
