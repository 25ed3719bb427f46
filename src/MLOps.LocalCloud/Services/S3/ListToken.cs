using System.Buffers.Text;
using System.Text;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>Where a list goes on, as a caller holds it: opaque, but no more than the name that was last listed.</summary>
internal static class ListToken
{
    public static string Write(string position) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes("1" + position));

    /// <exception cref="Protocol.AwsException">InvalidArgument: not one of ours.</exception>
    public static string? Read(string? token)
    {
        if (token is null)
            return null;
        if (Base64Url.IsValid(token) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)) is ['1', ..] text)
            return text[1..];
        throw S3Errors.InvalidArgument("The continuation token provided is incorrect");
    }
}
