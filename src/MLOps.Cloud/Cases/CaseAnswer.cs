using System.Globalization;
using System.Text.Json;
using MLOps.Cloud.Endpoints;

namespace MLOps.Cloud.Cases;

/// <summary>What a model answered to a case.</summary>
/// <param name="Text">The prediction, or what the model said where it refused.</param>
/// <param name="IsError">Whether the model refused or failed.</param>
/// <param name="Milliseconds">The whole call as seen from here.</param>
public sealed record CaseAnswer(string Text, bool IsError, double Milliseconds)
{
    private const int Longest = 300;

    /// <summary>Members that hold a prediction, in the order in which they are looked for.</summary>
    private static readonly string[] Members = ["predictions", "outputs", "output", "instances", "label", "predicted_label", "prediction", "class", "score", "value"];

    /// <summary>Reads an answer: the first prediction of JSON, the first value of CSV, else the text.</summary>
    public static CaseAnswer Of(InvocationResult result)
    {
        var text = result.Text.Trim();
        var answer = result.IsSuccess ? Prediction(text, result.ContentType) : text;
        return new CaseAnswer(answer.Length > Longest ? answer[..Longest] : answer, !result.IsSuccess, Math.Round(result.Latency.TotalMilliseconds, 2));
    }

    /// <summary>Whether this answer says <paramref name="other"/>: the same text, or a number within the tolerance.</summary>
    public bool Says(string other, double tolerance)
    {
        if (IsError)
            return false;
        return string.Equals(Text, other, StringComparison.Ordinal)
            || (double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var mine)
                && double.TryParse(other, NumberStyles.Float, CultureInfo.InvariantCulture, out var theirs)
                && Math.Abs(mine - theirs) <= tolerance);
    }

    private static string Prediction(string text, string contentType)
    {
        if (contentType.Contains("json", StringComparison.OrdinalIgnoreCase) || text.StartsWith('{') || text.StartsWith('['))
        {
            try
            {
                using var json = JsonDocument.Parse(text.Split('\n', 2)[0] is { Length: > 0 } line && contentType.Contains("lines", StringComparison.OrdinalIgnoreCase) ? line : text);
                return Prediction(json.RootElement);
            }
            catch (JsonException)
            {
                return text;
            }
        }
        return text.Split('\n', 2)[0].Split(',', 2)[0].Trim().Trim('"');
    }

    private static string Prediction(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Array when json.GetArrayLength() > 0 && json[0].ValueKind is JsonValueKind.Object or JsonValueKind.Array:
                return Prediction(json[0]);
            case JsonValueKind.Array when json.GetArrayLength() == 1:
                return Prediction(json[0]);
            case JsonValueKind.Object:
                foreach (var name in Members)
                {
                    if (json.TryGetProperty(name, out var value))
                        return Prediction(value);
                }
                return json.GetRawText();
            case JsonValueKind.String:
                return json.GetString()!;
            default:
                return json.GetRawText();
        }
    }
}
