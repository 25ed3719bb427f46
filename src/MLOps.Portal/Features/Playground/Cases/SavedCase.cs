namespace MLOps.Portal.Features.Playground.Cases;

/// <summary>A request with the answer that it should get. All who use an endpoint share its cases.</summary>
public sealed class SavedCase
{
    public string Id { get; set; } = Guid.CreateVersion7().ToString("n");

    public required string Connection { get; set; }

    public required string Endpoint { get; set; }

    public required string Name { get; set; }

    public required string ContentType { get; set; }

    public string Accept { get; set; } = "";

    public string CustomAttributes { get; set; } = "";

    public required byte[] Body { get; set; }

    /// <summary>The right answers, one a row of the body, parted by line ends or commas; or the whole answer as text. Empty where nobody wrote one down.</summary>
    public string Expected { get; set; } = "";

    public string ChangedBy { get; set; } = "";

    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>Grows with every change: who changes an older one is told.</summary>
    public int Version { get; set; }
}
