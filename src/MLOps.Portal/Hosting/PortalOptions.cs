using System.ComponentModel.DataAnnotations;

namespace MLOps.Portal.Hosting;

/// <summary>The section <c>Portal</c>. Validated at start.</summary>
public sealed class PortalOptions : IValidatableObject
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "Portal";

    /// <summary>The folder of the portal's own state: database, keys and logs. Relative to the content root.</summary>
    [Required]
    public string StateFolder { get; set; } = ".local";

    /// <summary>How long the cookie of a signed-in person lasts without use.</summary>
    public TimeSpan SessionLength { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How long one sign-in lasts at most, used or not.</summary>
    public TimeSpan LongestSession { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The user name of the first administrator outside the embedded mode, who is invited by a link on the console while there is none.</summary>
    public string FirstAdministrator { get; set; } = "admin";

    /// <summary>Whether the seeded people of the embedded mode get one-time sign-in links on the console.</summary>
    public bool SignInLinks { get; set; } = true;

    /// <summary>Whether sign-in links work from other machines too. In a container the host counts as another machine.</summary>
    public bool SignInLinksFromAnywhere { get; set; }

    /// <summary>
    /// Where new passwords are looked up among stolen ones: <c>https://api.pwnedpasswords.com/range</c>, or a copy that answers as it does. Nobody is asked where it is empty.
    /// </summary>
    public string BreachedPasswords { get; set; } = "";

    /// <summary>Whether browsers come by HTTPS alone: plain requests are refused, and cookies have names that browsers hold to HTTPS and to this very host.</summary>
    public bool HttpsOnly { get; set; }

    /// <summary>Whether <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> of a proxy are believed.</summary>
    public bool ForwardedHeaders { get; set; }

    /// <summary>The addresses of the proxies that are believed; needed with <see cref="ForwardedHeaders"/>.</summary>
    public IList<string> KnownProxies { get; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SessionLength < TimeSpan.FromMinutes(5) || SessionLength > TimeSpan.FromDays(30))
            yield return new($"Portal:SessionLength is {SessionLength}; it must be between 00:05:00 and 30.00:00:00.");
        if (LongestSession < SessionLength)
            yield return new($"Portal:LongestSession is {LongestSession}; it must be no shorter than Portal:SessionLength, {SessionLength}.");
        if (ForwardedHeaders && KnownProxies.Count == 0)
            yield return new("Portal:ForwardedHeaders is on without Portal:KnownProxies; name the proxies that are believed.");
        if (BreachedPasswords.Length > 0 && !(Uri.TryCreate(BreachedPasswords, UriKind.Absolute, out var list) && (list.Scheme == Uri.UriSchemeHttps || (list.Scheme == Uri.UriSchemeHttp && list.IsLoopback))))
            yield return new($"Portal:BreachedPasswords is '{BreachedPasswords}'; it must be an address that begins with https:, such as https://api.pwnedpasswords.com/range.");
        foreach (var proxy in KnownProxies.Where(p => !System.Net.IPAddress.TryParse(p, out _)))
            yield return new($"Portal:KnownProxies holds '{proxy}', which is no IP address.");
    }
}
