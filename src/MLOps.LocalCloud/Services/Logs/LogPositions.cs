using System.Globalization;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Logs;

/// <summary>Positions as tokens: <c>f/…</c> goes on behind an event, <c>b/…</c> before one.</summary>
internal static class LogPositions
{
    public static readonly LogPosition Start = new(long.MinValue, long.MinValue);
    public static readonly LogPosition End = new(long.MaxValue, long.MaxValue);

    public static string Write(bool forward, LogPosition position) =>
        $"{(forward ? 'f' : 'b')}/{(ulong)position.At:x16}{(ulong)position.Id:x16}/s";

    /// <exception cref="AwsException">InvalidParameterException: not one of ours.</exception>
    public static (bool Forward, LogPosition Position) Read(string token)
    {
        if (token.Length == 36 && token[0] is 'f' or 'b' && token[1] == '/' && token.EndsWith("/s", StringComparison.Ordinal)
            && ulong.TryParse(token.AsSpan(2, 16), NumberStyles.HexNumber, null, out var at)
            && ulong.TryParse(token.AsSpan(18, 16), NumberStyles.HexNumber, null, out var id))
            return (token[0] == 'f', new LogPosition((long)at, (long)id));
        throw new AwsException("InvalidParameterException", "The specified nextToken is invalid.");
    }
}
