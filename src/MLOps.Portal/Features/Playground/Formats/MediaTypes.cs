namespace MLOps.Portal.Features.Playground.Formats;

/// <summary>Content types that models take and give.</summary>
internal static class MediaTypes
{
    public const string Csv = "text/csv";
    public const string Json = "application/json";
    public const string Lines = "application/jsonlines";
    public const string Bytes = "application/octet-stream";

    /// <summary>What the fields offer; any other can be written.</summary>
    public static readonly IReadOnlyList<string> Offered =
        [Csv, Json, Lines, "text/plain", "application/x-npy", "application/x-recordio-protobuf", "text/libsvm", Bytes, "image/jpeg", "image/png"];

    private static readonly Dictionary<string, string> ByEnding = new(StringComparer.OrdinalIgnoreCase)
    {
        [".csv"] = Csv, [".json"] = Json, [".jsonl"] = Lines, [".jsonlines"] = Lines, [".ndjson"] = Lines, [".txt"] = "text/plain", [".npy"] = "application/x-npy",
        [".png"] = "image/png", [".jpg"] = "image/jpeg", [".jpeg"] = "image/jpeg", [".gif"] = "image/gif", [".webp"] = "image/webp", [".libsvm"] = "text/libsvm",
    };

    /// <summary>The type without its parameters, in small letters.</summary>
    public static string Plain(string type) => type.Split(';', 2)[0].Trim().ToLowerInvariant();

    public static bool IsCsv(string type) => Plain(type) is Csv or "application/csv" or "text/comma-separated-values";

    public static bool IsLines(string type) => Plain(type) is Lines or "application/x-jsonlines" or "application/jsonl" or "application/x-ndjson";

    public static bool IsJson(string type) => !IsLines(type) && Plain(type) is var plain && (plain == Json || plain.EndsWith("+json", StringComparison.Ordinal));

    /// <summary>Pictures that a browser draws without running anything in them.</summary>
    public static bool IsPicture(string type) => Plain(type) is "image/png" or "image/jpeg" or "image/gif" or "image/webp";

    /// <summary>The type of a file by its name.</summary>
    public static string OfFile(string name) => ByEnding.GetValueOrDefault(Path.GetExtension(name), Bytes);
}
