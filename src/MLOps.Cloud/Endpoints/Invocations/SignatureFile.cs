using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Endpoints;

/// <summary>
/// The signature that a training job may leave among its output: <c>signature.json</c> with <c>features</c>, each of which has <c>name</c>,
/// <c>example</c> and, for numbers, <c>min</c> and <c>max</c>. SageMaker puts a job's output into <c>output.tar.gz</c> beside its <c>model.tar.gz</c>.
/// </summary>
internal static class SignatureFile
{
    private const string Model = "/output/model.tar.gz";
    private const string Name = "signature.json";
    private const int MostPacked = 4 << 20;
    private const int LargestFile = 1 << 20;
    private const long MostUnpacked = 64 << 20;

    /// <summary>Null where the job left none.</summary>
    public static async Task<InputSignature?> ReadAsync(ObjectStore objects, string connection, string modelData, CancellationToken cancelled)
    {
        if (ObjectRef.Parse(modelData) is not { } model || !model.Key.EndsWith(Model, StringComparison.Ordinal))
            return null;
        var output = new ObjectRef(model.Bucket, model.Key[..^Model.Length] + "/output/output.tar.gz");
        try
        {
            return await UnpackAsync(await objects.ReadAsync(connection, output, MostPacked, cancelled), cancelled) is { } json ? Read(output.ToString(), json) : null;
        }
        catch (CloudException e) when (e.Fault.Kind is CloudFaultKind.NotFound or CloudFaultKind.Denied or CloudFaultKind.Invalid)
        {
            return null;
        }
    }

    /// <summary>The text of the file in a packed folder; null where there is none, or the folder is not what it says.</summary>
    internal static async Task<string?> UnpackAsync(byte[] packed, CancellationToken cancelled = default)
    {
        try
        {
            await using var content = new GZipStream(new MemoryStream(packed, writable: false), CompressionMode.Decompress);
            await using var folder = new TarReader(content);
            for (var left = MostUnpacked; left > 0 && await folder.GetNextEntryAsync(copyData: false, cancelled) is { } entry; left -= entry.Length)
            {
                if (entry is { DataStream: { } data, Length: <= LargestFile } && entry.Name.TrimStart('.', '/') == Name)
                    return await new StreamReader(data).ReadToEndAsync(cancelled);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // Another tool's output: then there is no signature in it.
        }
        return null;
    }

    /// <summary>Null where the text is no signature.</summary>
    internal static InputSignature? Read(string source, string json)
    {
        try
        {
            using var read = JsonDocument.Parse(json);
            var columns = read.RootElement.GetProperty("features").EnumerateArray().Select(Column).ToValueList();
            return columns.Count > 0 ? new InputSignature(source, 0, columns) : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static InputColumn Column(JsonElement feature)
    {
        double? Number(string name) => feature.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
        var example = feature.TryGetProperty("example", out var given) ? given : default;
        var text = example.ValueKind switch
        {
            JsonValueKind.Number => example.GetDouble().ToString("R", CultureInfo.InvariantCulture),
            JsonValueKind.String => example.GetString()!,
            _ => "",
        };
        var (min, max) = (Number("min"), Number("max"));
        return new InputColumn(feature.GetProperty("name").GetString() ?? "", text, max is null ? null : min, min is null ? null : max, IsWhole: false, []);
    }
}
