using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace MLOps.Portal.Features.Account;

/// <summary>
/// One-time links for the seeded people. They live in memory alone: a restart ends them all. Only a digest of each token is
/// kept, so that a dump of the memory does not let anybody in.
/// </summary>
public sealed class SignInLinks(TimeProvider time)
{
    /// <summary>How long a link lasts.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private readonly ConcurrentDictionary<string, (string UserName, DateTimeOffset Expires)> links = new(StringComparer.Ordinal);

    /// <summary>A new token for that person: 43 characters, safe in a URL.</summary>
    public string Issue(string userName)
    {
        var token = Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        links[Digest(token)] = (userName, time.GetUtcNow() + Life);
        return token;
    }

    /// <summary>Whose token it is; null when it is unknown, used or too old. Does not use it up.</summary>
    public string? Peek(string? token) =>
        token is not null && links.TryGetValue(Digest(token), out var link) && link.Expires > time.GetUtcNow() ? link.UserName : null;

    /// <summary>Uses the token up and returns whose it is; of two callers at once, one gets null.</summary>
    public string? Redeem(string? token) =>
        token is not null && links.TryRemove(Digest(token), out var link) && link.Expires > time.GetUtcNow() ? link.UserName : null;

    private static string Digest(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
