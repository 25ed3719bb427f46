using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>A multipart upload that was begun.</summary>
/// <param name="Properties">The properties of the object to be, and the checksum's <c>ChecksumAlgorithm</c> and <c>ChecksumType</c>.</param>
internal sealed record Upload(string Id, string Bucket, string Key, DateTimeOffset Started, JsonObject Properties)
{
    public const string Columns = "id, bucket, key, started, properties";

    public string Algorithm => Properties.Required("ChecksumAlgorithm");

    public string ChecksumType => Properties.Required("ChecksumType");

    public static Upload Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
        (JsonObject)JsonNode.Parse(row.GetString(4))!);
}

/// <summary>A part of an upload.</summary>
/// <param name="Checksums">Checksum members by name.</param>
internal sealed record UploadedPart(int Number, string ETag, DateTimeOffset Modified, Blob Blob, JsonObject Checksums)
{
    public const string Columns = "number, etag, size, modified, blob, checksums";

    public static UploadedPart Read(SqliteDataReader row) => new(
        row.GetInt32(0), row.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
        new Blob(row.GetString(4), row.GetInt64(2)), (JsonObject)JsonNode.Parse(row.GetString(5))!);
}
