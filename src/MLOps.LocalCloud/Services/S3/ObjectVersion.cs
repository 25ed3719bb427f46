using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>One version of an object, or a delete marker.</summary>
internal sealed record ObjectVersion
{
    public const string NullVersion = "null";
    public const string Columns = "sequence, bucket, key, version, latest, marker, modified, size, etag, blobs, properties";

    /// <summary>Greater for what was written later.</summary>
    public long Sequence { get; init; }

    public required string Bucket { get; init; }

    public required string Key { get; init; }

    /// <summary><c>null</c> (the word) for an object that was written while the bucket kept no versions.</summary>
    public string Version { get; init; } = NullVersion;

    public bool Latest { get; init; }

    /// <summary>Says that the object is deleted; without content.</summary>
    public bool Marker { get; init; }

    public required DateTimeOffset Modified { get; init; }

    public long Size { get; init; }

    /// <summary>Without quotes.</summary>
    public string ETag { get; init; } = "";

    public string QuotedETag => $"\"{ETag}\"";

    /// <summary>The content, piece by piece.</summary>
    public IReadOnlyList<Blob> Blobs { get; init; } = [];

    /// <summary>
    /// What a reader gets besides, by the name of the output member (ContentType, Metadata, ChecksumCRC32, …); and
    /// <c>Tags</c> (a map), <c>Parts</c> (how many parts it was uploaded in; each is one blob).
    /// </summary>
    public JsonObject Properties { get; init; } = [];

    public JsonObject Tags => Properties.Object("Tags") ?? [];

    public int? Parts => Properties.Whole("Parts");

    public static ObjectVersion Read(SqliteDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        Bucket = row.GetString(1),
        Key = row.GetString(2),
        Version = row.GetString(3),
        Latest = row.GetBoolean(4),
        Marker = row.GetBoolean(5),
        Modified = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
        Size = row.GetInt64(7),
        ETag = row.GetString(8),
        Blobs = ReadBlobs(row.GetString(9)),
        Properties = (JsonObject)JsonNode.Parse(row.GetString(10))!,
    };

    /// <summary>Pieces as <c>id:size,id:size</c>.</summary>
    public static string WriteBlobs(IEnumerable<Blob> blobs) => string.Join(',', blobs.Select(b => $"{b.Id}:{b.Size}"));

    public static IReadOnlyList<Blob> ReadBlobs(string text) =>
        text.Length == 0 ? [] : [.. text.Split(',').Select(p => new Blob(p[..p.IndexOf(':')], long.Parse(p.AsSpan(p.IndexOf(':') + 1))))];
}
