using System.Globalization;

namespace MLOps.AwsSdk.Wire;

/// <summary>Times as text on the wire.</summary>
internal static class WireTime
{
    /// <summary>ISO 8601 in UTC, to the millisecond.</summary>
    public static string Format(DateTime value) => value.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>A time in UTC from ISO 8601, from an HTTP date or from seconds since 1970.</summary>
    public static DateTime Parse(string text) =>
        decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var seconds)
            ? DateTime.UnixEpoch.AddTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond))
            : DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
}
