using System.Globalization;
using System.Text.Json;

namespace MLOps.Cloud.Capture;

/// <summary>Reads the JSON lines that SageMaker's data capture writes.</summary>
internal static class CaptureLine
{
    /// <summary>The request of a line; null where it is none.</summary>
    public static CapturedRequest? Read(string line, string variant)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (Part(root, "captureData") is not { } data || Part(root, "eventMetadata") is not { } metadata
                || !DateTimeOffset.TryParse(Text(metadata, "inferenceTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
                return null;
            var (input, output) = (Part(data, "endpointInput"), Part(data, "endpointOutput"));
            return new CapturedRequest(Text(metadata, "eventId"), variant, at)
            {
                Input = Text(input, "data"),
                InputType = Text(input, "observedContentType"),
                Output = Text(output, "data"),
                OutputType = Text(output, "observedContentType"),
                IsBinary = Text(input, "encoding") == "BASE64" || Text(output, "encoding") == "BASE64",
                InferenceId = Text(metadata, "inferenceId"),
                CustomAttributes = metadata.TryGetProperty("customAttributes", out var attributes) && attributes.ValueKind == JsonValueKind.Array
                    ? string.Join(", ", attributes.EnumerateArray().Select(a => a.ToString())) : "",
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Part(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Object ? part : null;

    private static string Text(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } part && part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
