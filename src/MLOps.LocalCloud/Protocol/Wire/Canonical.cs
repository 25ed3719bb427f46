using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Wire;

/// <summary>Values in the canonical form of <see cref="OperationCall.Input"/>, from text and to text.</summary>
internal static class Canonical
{
    /// <summary>A number that can be read as any numeric type.</summary>
    public static JsonNode Number(string json) => JsonNode.Parse(json)!;

    /// <inheritdoc cref="Number(string)"/>
    public static JsonNode Number(double value) => Number(value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>
    /// The value of a simple shape from its text in a header, path, query parameter or XML element; null where the text is
    /// no such value.
    /// </summary>
    public static JsonNode? FromText(ApiShape shape, string text)
    {
        switch (shape.Kind)
        {
            case ShapeKind.String:
                return JsonValue.Create(text);
            case ShapeKind.Boolean:
                return text.Trim() switch { "true" or "True" or "TRUE" or "1" => JsonValue.Create(true), "false" or "False" or "FALSE" or "0" => JsonValue.Create(false), _ => null };
            case ShapeKind.Integer:
                return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole) ? Number(whole.ToString(CultureInfo.InvariantCulture)) : null;
            case ShapeKind.Long:
                return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var big) ? Number(big.ToString(CultureInfo.InvariantCulture)) : null;
            case ShapeKind.Float or ShapeKind.Double:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? Number(real) : null;
            case ShapeKind.Timestamp:
                return Times.TryParse(text, out var epoch) ? Number(epoch) : null;
            case ShapeKind.Blob:
                return IsBase64(text) ? JsonValue.Create(text) : null;
            default:
                return null;
        }
    }

    /// <summary>The text of a simple value for a header, an XML element or a message.</summary>
    public static string ToText(ApiMember member, JsonNode value, TimestampFormat timestamps) => member.Shape.Kind switch
    {
        ShapeKind.Timestamp when TryNumber(value, out var epoch) =>
            Times.Format(epoch, member.TimestampFormat == TimestampFormat.Unset ? timestamps : member.TimestampFormat),
        ShapeKind.Integer or ShapeKind.Long when TryNumber(value, out var number) => number == Math.Truncate(number) && Math.Abs(number) < 1e15
            ? ((long)number).ToString(CultureInfo.InvariantCulture) : value.ToJsonString(),
        _ => Text(value),
    };

    /// <summary>A string as it is, anything else as JSON.</summary>
    public static string Text(JsonNode value) => value is JsonValue v && v.TryGetValue<string>(out var text) ? text : value.ToJsonString();

    /// <summary>Reads a number of whatever type it is held as.</summary>
    public static bool TryNumber(JsonNode? node, out double number)
    {
        number = 0;
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number)
            return false;
        if (value.TryGetValue(out number))
            return true;
        return double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    public static bool IsBase64(string text) => System.Buffers.Text.Base64.IsValid(text);

    /// <summary>The length in characters as AWS counts them: a pair of surrogates is one.</summary>
    public static int Length(string text)
    {
        var pairs = 0;
        foreach (var c in text)
            if (char.IsLowSurrogate(c))
                pairs++;
        return text.Length - pairs;
    }

    /// <summary>The number of bytes that a base64 text stands for.</summary>
    public static int BlobLength(string base64) => System.Buffers.Text.Base64.IsValid(base64, out var length) ? length : Encoding.UTF8.GetByteCount(base64);
}
