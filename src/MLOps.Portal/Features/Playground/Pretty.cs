using System.Text.Encodings.Web;
using System.Text.Json;

namespace MLOps.Portal.Features.Playground;

/// <summary>Makes an answer readable: JSON is laid out, long texts are cut.</summary>
internal static class Pretty
{
    private const int MaxCharacters = 200_000;

    // The text is encoded by the page; quotes and umlauts shall read as they are.
    private static readonly JsonSerializerOptions Laid = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(string text, string contentType)
    {
        if (text.Length > MaxCharacters)
            return string.Concat(text.AsSpan(0, MaxCharacters), "\n… and ", (text.Length - MaxCharacters).ToString("#,0", System.Globalization.CultureInfo.InvariantCulture), " characters more");
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
}
