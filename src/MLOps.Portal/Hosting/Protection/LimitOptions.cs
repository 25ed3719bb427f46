using System.ComponentModel.DataAnnotations;

namespace MLOps.Portal.Hosting.Protection;

/// <summary>The section <c>Portal:Limits</c>: how much one person or one address may ask of the portal. Validated at start.</summary>
public sealed class LimitOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "Portal:Limits";

    /// <summary>Requests a minute of one person, or of one address where nobody is signed in. Half of them may come at once. Files of the pages do not count.</summary>
    [Range(60, 1_000_000)]
    public int RequestsPerMinute { get; set; } = 1200;

    /// <summary>Tries to sign in a minute from one address, whatever the account.</summary>
    [Range(3, 1_000_000)]
    public int SignInsPerMinute { get; set; } = 30;

    /// <summary>Open pages of one person at a time, over all browsers.</summary>
    [Range(1, 100_000)]
    public int PagesPerPerson { get; set; } = 50;

    /// <summary>The largest body of a request in bytes. What pages upload goes over the circuit, which has a limit of its own.</summary>
    [Range(64 << 10, 1 << 30)]
    public long BodyBytes { get; set; } = 4 << 20;
}
