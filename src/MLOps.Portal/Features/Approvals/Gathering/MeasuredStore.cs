using System.Collections.Concurrent;

namespace MLOps.Portal.Features.Approvals.Gathering;

/// <summary>Keeps what was measured, by the digest of the evidence that it was measured for.</summary>
internal sealed class MeasuredStore
{
    private const int Most = 200;
    private readonly ConcurrentDictionary<string, MeasuredParts> kept = new();

    public Task<MeasuredParts?> FindAsync(string digest, CancellationToken cancelled) => Task.FromResult(kept.GetValueOrDefault(digest));

    public Task KeepAsync(string digest, MeasuredParts parts, CancellationToken cancelled)
    {
        if (kept.Count >= Most)
            kept.Clear();
        kept[digest] = parts;
        return Task.CompletedTask;
    }
}
