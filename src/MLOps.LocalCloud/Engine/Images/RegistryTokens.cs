using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Images;

/// <summary>The passwords that let <c>docker login</c> in: signed, for one account, good for twelve hours.</summary>
internal sealed class RegistryTokens(DocumentStore store, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(12);
    private readonly DocumentTable keys = store.Table("ecr/token-key");

    /// <summary>A new password and when it ends.</summary>
    public (string Password, DateTimeOffset Expires) Issue(string account)
    {
        var expires = time.GetUtcNow() + Life;
        var claim = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{account}:{expires.ToUnixTimeSeconds()}"));
        return ($"{claim}.{Sign(claim)}", expires);
    }

    /// <summary>Whether a password was issued for the account and has not ended.</summary>
    public bool Accepts(string account, string password)
    {
        if (password.Split('.') is not [var claim, var signature]
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(claim)), Encoding.UTF8.GetBytes(signature)))
            return false;
        var parts = Encoding.UTF8.GetString(Convert.FromBase64String(claim)).Split(':');
        return parts[0] == account && long.Parse(parts[1]) > time.GetUtcNow().ToUnixTimeSeconds();
    }

    private string Sign(string claim) => Convert.ToBase64String(HMACSHA256.HashData(Key(), Encoding.UTF8.GetBytes(claim)));

    private byte[] Key()
    {
        var scope = new Scope("", "");
        keys.TryAdd(scope, "key", new JsonObject { ["value"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) });
        return Convert.FromBase64String(keys.Find(scope, "key")!.Required("value"));
    }
}
