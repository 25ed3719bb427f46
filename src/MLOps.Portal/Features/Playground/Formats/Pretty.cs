using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MLOps.Portal.Features.Playground.Formats;

/// <summary>Makes an answer readable: JSON is laid out, long texts are cut, bytes are shown as such.</summary>
internal static class Pretty
{
    /// <summary>The page encodes the text; quotes and umlauts shall read as they are.</summary>
    public static readonly JsonSerializerOptions Laid = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int MaxCharacters = 200_000;
    private const int MaxDumped = 512;

    public static string Text(string text, string contentType)
    {
        if (text.Length > MaxCharacters)
            return string.Concat(text.AsSpan(0, MaxCharacters), "\n… and ", (text.Length - MaxCharacters).ToString("#,0", CultureInfo.InvariantCulture), " characters more");
        if (!contentType.Contains("json", StringComparison.OrdinalIgnoreCase) && !text.StartsWith('{') && !text.StartsWith('['))
            return text;
        try
        {
            using var json = JsonDocument.Parse(text);
            return JsonSerializer.Serialize(json.RootElement, Laid);
        }
        catch (JsonException)
        {
            // JSON lines, or a model that says JSON and means something else: shown as it came.
            return text;
        }
    }

    /// <summary>The text of bytes that are UTF-8; null where they are something else.</summary>
    public static string? TextOf(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = StrictUtf8.GetString(bytes);
            return text.Contains('\0', StringComparison.Ordinal) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The first bytes as hexadecimal digits with their letters beside them.</summary>
    public static string Dump(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        for (var at = 0; at < Math.Min(bytes.Length, MaxDumped); at += 16)
        {
            var line = bytes.Slice(at, Math.Min(16, bytes.Length - at));
            text.Append(CultureInfo.InvariantCulture, $"{at:x4}  ");
            for (var i = 0; i < 16; i++)
                text.Append(i < line.Length ? line[i].ToString("x2", CultureInfo.InvariantCulture) : "  ").Append(i == 7 ? "  " : " ");
            text.Append(' ');
            foreach (var b in line)
                text.Append(b is >= 0x20 and < 0x7f ? (char)b : '.');
            text.Append('\n');
        }
        if (bytes.Length > MaxDumped)
            text.Append(CultureInfo.InvariantCulture, $"… and {bytes.Length - MaxDumped:#,0} bytes more");
        return text.ToString();
    }

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
}
