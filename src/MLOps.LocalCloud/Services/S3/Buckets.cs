using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>The store of buckets.</summary>
internal sealed class Buckets(S3Index index)
{
    private const string Columns = "name, account, region, created, versioning, settings";

    /// <summary>The bucket that a call names; the call's account must own it.</summary>
    /// <exception cref="AwsException">NoSuchBucket or AccessDenied.</exception>
    public Bucket Require(OperationCall call) => Require(call, call.Input.Required("Bucket"), call.Input.Text("ExpectedBucketOwner"));

    /// <inheritdoc cref="Require(OperationCall)"/>
    public Bucket Require(OperationCall call, string name, string? expectedOwner)
    {
        var bucket = index.Database.Read(s => Find(s, name)) ?? throw S3Errors.NoSuchBucket(name);
        if (bucket.Scope.Account != call.Scope.Account || (expectedOwner is not null && expectedOwner != bucket.Scope.Account))
            throw S3Errors.AccessDenied();
        return bucket;
    }

    /// <summary>Adds a bucket; returns the one of that name that was there before, if any.</summary>
    public Bucket? Add(Bucket bucket) => index.Database.Write(s =>
    {
        if (Find(s, bucket.Name) is { } existing)
            return existing;
        s.Execute($"INSERT INTO buckets ({Columns}) VALUES ($0, $1, $2, $3, $4, $5)", bucket.Name, bucket.Scope.Account,
            bucket.Scope.Region, bucket.Created.ToUnixTimeMilliseconds(), bucket.Versioning, bucket.Settings.ToJsonString());
        return null;
    });

    /// <summary>Removes a bucket that holds no version and no delete marker, and its unfinished uploads; returns their content.</summary>
    public IReadOnlyList<Blob> Remove(string name) => index.Database.Write(s =>
    {
        if (s.Whole("SELECT EXISTS (SELECT 1 FROM versions WHERE bucket = $0)", name) != 0)
            throw new AwsException("BucketNotEmpty", "The bucket you tried to delete is not empty", 409);
        if (s.Execute("DELETE FROM buckets WHERE name = $0", name) == 0)
            throw S3Errors.NoSuchBucket(name);
        var blobs = s.Query("SELECT blob, size FROM parts WHERE upload IN (SELECT id FROM uploads WHERE bucket = $0)",
            r => new Blob(r.GetString(0), r.GetInt64(1)), name);
        s.Execute("DELETE FROM parts WHERE upload IN (SELECT id FROM uploads WHERE bucket = $0)", name);
        s.Execute("DELETE FROM uploads WHERE bucket = $0", name);
        return blobs;
    });

    /// <summary>Changes how versions are kept.</summary>
    public void SetVersioning(string name, string versioning) =>
        index.Database.Write(s => s.Execute("UPDATE buckets SET versioning = $1 WHERE name = $0", name, versioning));

    /// <summary>Sets one of the bucket's settings; null removes it.</summary>
    public void SetSetting(string name, string setting, JsonNode? value) => index.Database.Write(s =>
    {
        var settings = (Find(s, name) ?? throw S3Errors.NoSuchBucket(name)).Settings;
        settings.Remove(setting);
        if (value is not null)
            settings[setting] = value.DeepClone();
        s.Execute("UPDATE buckets SET settings = $1 WHERE name = $0", name, settings.ToJsonString());
    });

    /// <summary>The buckets of an account by name, after one, with a prefix and of a region where these are given.</summary>
    public IReadOnlyList<Bucket> List(string account, string after, string prefix, string? region, int limit) => index.Database.Read(s =>
        s.Query($"""
            SELECT {Columns} FROM buckets
            WHERE account = $0 AND name > $1 AND substr(name, 1, length($2)) = $2 AND ($3 IS NULL OR region = $3) ORDER BY name LIMIT $4
            """, Read, account, after, prefix, region, limit));

    public static Bucket? Find(SqliteSession session, string name) =>
        session.First($"SELECT {Columns} FROM buckets WHERE name = $0", Read, name);

    private static Bucket Read(SqliteDataReader row) => new(
        row.GetString(0), new Scope(row.GetString(1), row.GetString(2)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
        row.GetString(4), (JsonObject)JsonNode.Parse(row.GetString(5))!);
}
