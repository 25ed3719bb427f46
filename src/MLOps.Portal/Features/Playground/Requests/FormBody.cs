using System.Globalization;
using System.Text.Json.Nodes;
using MLOps.Cloud.Endpoints;
using MLOps.Portal.Features.Playground.Formats;

namespace MLOps.Portal.Features.Playground.Requests;

/// <summary>The body that a form's values make, in the content type that is chosen where it can hold them, else in CSV.</summary>
internal static class FormBody
{
    public static (string Body, string ContentType) Write(InputSignature signature, IReadOnlyList<string> values, string contentType)
    {
        if (!MediaTypes.IsJson(contentType) && !MediaTypes.IsLines(contentType))
            return (BodyFormats.CsvLine(values), MediaTypes.IsCsv(contentType) ? contentType : MediaTypes.Csv);
        var row = new JsonArray([.. signature.Columns.Zip(values, Value)]);
        return (MediaTypes.IsLines(contentType) ? row.ToJsonString() : new JsonObject { ["instances"] = new JsonArray(row) }.ToJsonString(Pretty.Laid), contentType);
    }

    private static JsonNode? Value(InputColumn column, string value) =>
        column.IsNumber && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create(value);
}
