namespace MLOps.Portal.Features.Playground.Requests;

/// <summary>
/// Tells the addresses that the page wrote from those that a person goes to. The browser says late where it has arrived: by then more may have
/// been written, which the address of a moment ago must not take back.
/// </summary>
internal sealed class OwnAddresses
{
    private readonly Queue<string> underWay = new();

    /// <summary>The address that was written last and is not reached yet; null where there is none.</summary>
    public string? Latest { get; private set; }

    /// <summary>The page sends the browser to an address of its own.</summary>
    public void Write(string address) => underWay.Enqueue(Latest = address);

    /// <summary>The browser arrived; true where the page itself had sent it there.</summary>
    public bool Arrive(string address)
    {
        var isOwn = underWay.Contains(address);
        // The browser goes in order: what stood before it was overtaken, and after an address of the person's the others are news again.
        while (underWay.TryDequeue(out var passed) && !(isOwn && passed == address))
        {
        }
        if (underWay.Count == 0)
            Latest = null;
        return isOwn;
    }
}
