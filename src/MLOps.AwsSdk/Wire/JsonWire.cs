using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace MLOps.AwsSdk.Wire;

/// <summary>The JSON forms of the model's types, and what generated code needs to write and read them.</summary>
internal static class JsonWire
{
    private static readonly JsonWriterOptions WriterOptions = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = 256 };

    public static byte[] ToBytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
            write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] ReadAll(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    public static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, DocumentOptions);
        return document.RootElement.Clone();
    }

    /// <summary>The body as JSON; an empty object where it is none, as an error page from a proxy.</summary>
    public static JsonElement ParseOrEmpty(byte[] body)
    {
        try
        {
            if (body.Length > 0 && Parse(body) is { ValueKind: JsonValueKind.Object } root)
                return root;
        }
        catch (JsonException)
        {
            // Core has already read what it could; there is no member to add.
        }
        return JsonSerializer.SerializeToElement(new { });
    }

    /// <summary>Whether a collection is sent: an empty one means to clear, unless the SDK makes empty ones itself.</summary>
    public static bool IsSet<T>(ICollection<T>? collection) => collection is not null && (collection.Count > 0 || !Amazon.AWSConfigs.InitializeCollections);

    /// <summary>Seconds since 1970, to the millisecond.</summary>
    public static void WriteTimestamp(Utf8JsonWriter writer, DateTime value) => writer.WriteNumberValue(ToEpochMilliseconds(value) / 1000m);

    /// <summary>Numbers that JSON cannot hold go as text, as AWS has them.</summary>
    public static void WriteDouble(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }

    public static void WriteBlob(Utf8JsonWriter writer, MemoryStream value) => writer.WriteBase64StringValue(value.ToArray());

    public static long ToEpochMilliseconds(DateTime value) => new DateTimeOffset(value.ToUniversalTime()).ToUnixTimeMilliseconds();

    public static DateTime FromEpochMilliseconds(JsonElement e) => DateTimeOffset.FromUnixTimeMilliseconds(Long(e)).UtcDateTime;

    public static string? Text(JsonElement e) => e.ValueKind switch
    {
        JsonValueKind.String => e.GetString(),
        JsonValueKind.Null => null,
        _ => e.GetRawText(),
    };

    public static bool Bool(JsonElement e) => e.ValueKind == JsonValueKind.String ? bool.Parse(e.GetString()!) : e.GetBoolean();

    public static int Int(JsonElement e) => checked((int)Long(e));

    public static long Long(JsonElement e) => e.TryGetInt64(out var whole) ? whole : checked((long)e.GetDouble());

    public static float Float(JsonElement e) => (float)Double(e);

    public static double Double(JsonElement e) => e.ValueKind == JsonValueKind.String
        ? double.Parse(e.GetString()!, CultureInfo.InvariantCulture)
        : e.GetDouble();

    public static MemoryStream Blob(JsonElement e) => new(e.GetBytesFromBase64());

    /// <summary>A time in UTC, from seconds since 1970 or ISO 8601.</summary>
    public static DateTime Timestamp(JsonElement e) => e.ValueKind == JsonValueKind.String
        ? WireTime.Parse(e.GetString()!)
        : DateTime.UnixEpoch.AddTicks((long)Math.Round(e.GetDecimal() * TimeSpan.TicksPerSecond));

    public static List<T>? List<T>(JsonElement e, Func<JsonElement, T> read)
    {
        if (e.ValueKind == JsonValueKind.Null)
            return null;
        var list = new List<T>(e.GetArrayLength());
        foreach (var item in e.EnumerateArray())
            list.Add(read(item));
        return list;
    }

    public static Dictionary<string, T>? Map<T>(JsonElement e, Func<JsonElement, T> read)
    {
        if (e.ValueKind == JsonValueKind.Null)
            return null;
        var map = new Dictionary<string, T>();
        foreach (var entry in e.EnumerateObject())
            map[entry.Name] = read(entry.Value);
        return map;
    }
}
