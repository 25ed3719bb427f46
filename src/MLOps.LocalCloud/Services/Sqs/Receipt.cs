using System.Buffers.Text;
using System.Text;

namespace MLOps.LocalCloud.Services.Sqs;

/// <summary>What a receiver holds of a message.</summary>
internal readonly record struct Receipt(long Message, string Token)
{
    public string Handle => Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{Message}/{Token}"));

    /// <exception cref="Protocol.AwsException">ReceiptHandleIsInvalid.</exception>
    public static Receipt Parse(string handle)
    {
        if (Base64Url.IsValid(handle) && Encoding.ASCII.GetString(Base64Url.DecodeFromChars(handle)).Split('/') is [var id, { Length: 32 } token]
            && long.TryParse(id, out var message))
            return new Receipt(message, token);
        throw SqsErrors.InvalidReceipt(handle);
    }
}
