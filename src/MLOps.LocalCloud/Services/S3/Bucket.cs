using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>A bucket; its name is unique over all accounts.</summary>
/// <param name="Scope">The owner and the region.</param>
/// <param name="Versioning">Empty where it was never set, else <c>Enabled</c> or <c>Suspended</c>.</param>
/// <param name="Settings">Tagging, policy, encryption and so on, by the name of the member that sets it.</param>
internal sealed record Bucket(string Name, Scope Scope, DateTimeOffset Created, string Versioning, JsonObject Settings)
{
    public bool HasVersions => Versioning.Length > 0;

    /// <summary>The name's rules; null where it keeps them, else which one it breaks.</summary>
    public static string? FaultOf(string name)
    {
        if (name.Length is < 3 or > 63)
            return "a bucket name has 3 to 63 characters";
        if (name.Any(c => c is not (>= 'a' and <= 'z' or >= '0' and <= '9' or '-' or '.')))
            return "a bucket name holds lower-case letters, digits, hyphens and dots only";
        if (!char.IsAsciiLetterOrDigit(name[0]) || !char.IsAsciiLetterOrDigit(name[^1]))
            return "a bucket name begins and ends with a letter or a digit";
        if (name.Contains("..", StringComparison.Ordinal))
            return "a bucket name holds no two dots in a row";
        if (name.Split('.') is { Length: 4 } parts && parts.All(p => p.Length is > 0 and < 4 && p.All(char.IsAsciiDigit)))
            return "a bucket name is not formatted as an IP address";
        if (name.StartsWith("xn--", StringComparison.Ordinal) || name.EndsWith("-s3alias", StringComparison.Ordinal))
            return "a bucket name does not begin with xn-- or end with -s3alias";
        return null;
    }
}
