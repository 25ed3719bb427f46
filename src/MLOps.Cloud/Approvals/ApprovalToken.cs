using System.Security.Cryptography;
using System.Text;

namespace MLOps.Cloud.Approvals;

/// <summary>An approval's token is a secret: whoever has it can answer. This is what may leave the server instead.</summary>
internal static class ApprovalToken
{
    /// <summary>The first 32 hex digits of the token's SHA-256.</summary>
    public static string Digest(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)))[..32];
}
