using System.Globalization;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Wire;

/// <summary>The three ways in which AWS writes a time, to and from seconds since 1970.</summary>
internal static class Times
{
    private static readonly string[] HttpDates =
        ["ddd, dd MMM yyyy HH:mm:ss 'GMT'", "ddd, dd MMM yyyy HH:mm:ss.FFFFFFF 'GMT'", "ddd, d MMM yyyy HH:mm:ss 'GMT'"];

    /// <summary>Reads any of the three formats.</summary>
    public static bool TryParse(string text, out double epoch)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out epoch))
            return double.IsFinite(epoch) && epoch is > -62135596800 and < 253402300800;
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParseExact(text, HttpDates, CultureInfo.InvariantCulture, Utc, out var time) &&
            !(text.Length >= 10 && char.IsAsciiDigit(text[0]) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out time)))
            return false;
        epoch = (time - DateTimeOffset.UnixEpoch).TotalMilliseconds / 1000;
        return true;
    }

    public static string Format(double epoch, TimestampFormat format)
    {
        if (format == TimestampFormat.Epoch)
            return epoch.ToString("0.###", CultureInfo.InvariantCulture);
        var time = DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(epoch * 1000));
        return format == TimestampFormat.HttpDate
            ? time.ToString("r", CultureInfo.InvariantCulture)
            : time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }
}
