using System.Globalization;

namespace MLOps.AwsSdk.Wire;

/// <summary>Scalars as text: in form parameters, headers, paths and XML.</summary>
internal static class WireText
{
    public static string Of(string value) => value;

    public static string Of(bool value) => value ? "true" : "false";

    public static string Of(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Of(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string Of(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string Of(DateTime value) => WireTime.Format(value);

    public static string Of(MemoryStream value) => Convert.ToBase64String(value.ToArray());

    public static string HttpDate(DateTime value) => value.ToUniversalTime().ToString("R", CultureInfo.InvariantCulture);

    public static bool Bool(string text) => bool.Parse(text);

    public static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    public static long Long(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    public static double Double(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    public static MemoryStream Blob(string text) => new(Convert.FromBase64String(text));
}
