using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Transforms;

/// <summary>How records are written: what filters select from, and how they are joined.</summary>
internal abstract class RecordFormat
{
    /// <summary>Text that nothing is known about.</summary>
    public static readonly RecordFormat Plain = new PlainFormat();

    private static readonly RecordFormat Csv = new CsvFormat();
    private static readonly RecordFormat Json = new JsonFormat();

    /// <summary>The format of a content type.</summary>
    public static RecordFormat Of(string? contentType) => contentType?.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "text/csv" => Csv,
        "application/json" or "application/jsonlines" or "application/x-jsonlines" => Json,
        _ => Plain,
    };

    /// <summary>A record as JSON, for filters.</summary>
    /// <exception cref="FormatException">It is not of this format.</exception>
    public abstract JsonNode Read(string record);

    /// <summary>What a filter left, as a record.</summary>
    public abstract string Write(JsonNode? selected);

    /// <summary>A record of the input with the answer to it.</summary>
    public abstract JsonNode Join(string input, string output, RecordFormat outputFormat);

    private sealed class PlainFormat : RecordFormat
    {
        public override JsonNode Read(string record) => JsonValue.Create(record);

        public override string Write(JsonNode? selected) => selected?.ToString() ?? "";

        public override JsonNode Join(string input, string output, RecordFormat outputFormat) => JsonValue.Create(input + output);
    }

    private sealed class CsvFormat : RecordFormat
    {
        public override JsonNode Read(string record) => new JsonArray([.. Columns(record).Select(c => (JsonNode?)JsonValue.Create(c))]);

        public override string Write(JsonNode? selected) => selected is JsonArray columns ? string.Join(',', columns.Select(c => Text(c))) : Text(selected);

        public override JsonNode Join(string input, string output, RecordFormat outputFormat)
        {
            var columns = (JsonArray)Read(input);
            if (outputFormat is CsvFormat)
                foreach (var column in Columns(output))
                    columns.Add(column);
            else
                columns.Add(Quoted(output)); // an answer of another kind is one column
            return columns;
        }

        private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : node?.ToJsonString() ?? "";

        private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

        /// <summary>The columns as they are written: quotes stay around those that have them.</summary>
        private static List<string> Columns(string row)
        {
            var columns = new List<string>();
            var column = new StringBuilder();
            var quoted = false;
            foreach (var letter in row)
            {
                if (letter == '"')
                    quoted = !quoted;
                if (letter == ',' && !quoted)
                {
                    columns.Add(column.ToString());
                    column.Clear();
                }
                else
                    column.Append(letter);
            }
            columns.Add(column.ToString());
            return columns;
        }
    }

    private sealed class JsonFormat : RecordFormat
    {
        public override JsonNode Read(string record)
        {
            try
            {
                return JsonNode.Parse(record) ?? throw new FormatException("a record is null");
            }
            catch (JsonException e)
            {
                throw new FormatException($"a record is not JSON: {e.Message}", e);
            }
        }

        public override string Write(JsonNode? selected) => selected?.ToJsonString() ?? "null";

        public override JsonNode Join(string input, string output, RecordFormat outputFormat)
        {
            var answer = outputFormat is PlainFormat ? JsonValue.Create(output) : outputFormat.Read(output);
            var read = Read(input);
            if (read is not JsonObject joined)
                joined = new JsonObject { ["SageMakerInput"] = read };
            joined["SageMakerOutput"] = answer;
            return joined;
        }
    }
}
