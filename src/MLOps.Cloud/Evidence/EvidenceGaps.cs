using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Evidence;

/// <summary>Collects what could not be read, so that the rest of the evidence still stands.</summary>
internal sealed class EvidenceGaps
{
    private readonly Lock gate = new();
    private readonly List<EvidenceGap> gaps = [];

    /// <summary>The gaps in the order of their parts' names.</summary>
    public ValueList<EvidenceGap> All
    {
        get
        {
            lock (gate)
                return gaps.OrderBy(g => g.Part, StringComparer.Ordinal).ToValueList();
        }
    }

    /// <summary>What <paramref name="read"/> reads; null, and a gap, where the cloud refuses.</summary>
    public async Task<T?> TryAsync<T>(string part, Func<Task<T?>> read) where T : class
    {
        try
        {
            return await read();
        }
        catch (CloudException e)
        {
            Add(part, e.Fault);
            return null;
        }
    }

    public void Add(string part, CloudFault fault)
    {
        lock (gate)
            gaps.Add(new EvidenceGap(part, fault));
    }

    public void Missing(string part, string why) => Add(part, new CloudFault(CloudFaultKind.NotFound, why));
}
