using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>The store of object versions. Each change is one transaction; content that it frees is removed after the commit.</summary>
internal sealed class Objects(S3Index index, Blobs blobs)
{
    private const string Columns = ObjectVersion.Columns;

    /// <summary>A version, or the latest where none is named; null where there is none. May be a delete marker.</summary>
    public ObjectVersion? Find(string bucket, string key, string? version) => index.Database.Read(s => Find(s, bucket, key, version));

    /// <summary>Adds a version as the bucket's versioning has it.</summary>
    /// <param name="draft">The version to be; its id, sequence and rank are set here.</param>
    /// <param name="condition">Looks at the latest version that is there now; throws where the write must not happen.</param>
    /// <param name="alongside">More that belongs to the same transaction.</param>
    public ObjectVersion Put(ObjectVersion draft, Action<ObjectVersion?> condition, Action<SqliteSession>? alongside = null)
    {
        var freed = new List<Blob>();
        var added = index.Database.Write(s =>
        {
            var bucket = Buckets.Find(s, draft.Bucket) ?? throw S3Errors.NoSuchBucket(draft.Bucket);
            condition(Current(s, draft.Bucket, draft.Key));
            alongside?.Invoke(s);
            return Insert(s, bucket, draft, freed);
        });
        blobs.Remove(freed);
        return added;
    }

    /// <summary>Deletes as the bucket's versioning has it: a named version for good; else the object, or by a delete marker.</summary>
    /// <returns>What was deleted for good, and the marker that was added.</returns>
    public (ObjectVersion? Deleted, ObjectVersion? Marker) Delete(
        string bucketName, string key, string? version, DateTimeOffset now, Action<ObjectVersion?> condition)
    {
        var freed = new List<Blob>();
        var outcome = index.Database.Write(s =>
        {
            var bucket = Buckets.Find(s, bucketName) ?? throw S3Errors.NoSuchBucket(bucketName);
            condition(version is null ? Current(s, bucketName, key) : Find(s, bucketName, key, version));
            if (version is null && bucket.HasVersions)
                return (null, Insert(s, bucket, new ObjectVersion { Bucket = bucketName, Key = key, Marker = true, Modified = now }, freed));
            var deleted = Find(s, bucketName, key, version ?? ObjectVersion.NullVersion);
            if (deleted is not null)
                Erase(s, deleted, freed);
            return (deleted, (ObjectVersion?)null);
        });
        blobs.Remove(freed);
        return outcome;
    }

    /// <summary>Sets the tags of a version; null removes them.</summary>
    public void SetTags(ObjectVersion version, JsonObject? tags) => index.Database.Write(s =>
    {
        var properties = (Find(s, version.Bucket, version.Key, version.Version) ?? throw S3Errors.NoSuchKey(version.Key)).Properties;
        properties.Remove("Tags");
        if (tags is { Count: > 0 })
            properties["Tags"] = tags.DeepClone();
        s.Execute("UPDATE versions SET properties = $1 WHERE sequence = $0", version.Sequence, properties.ToJsonString());
    });

    /// <summary>The names of all content files that rows name.</summary>
    public IReadOnlySet<string> NamedBlobs() => index.Database.Read(s =>
    {
        var names = new HashSet<string>();
        foreach (var row in s.Query("SELECT blobs FROM versions WHERE blobs <> ''", r => r.GetString(0)))
            names.UnionWith(ObjectVersion.ReadBlobs(row).Select(b => b.Id));
        names.UnionWith(s.Query("SELECT blob FROM parts", r => r.GetString(0)));
        return names;
    });

    private static ObjectVersion? Find(SqliteSession s, string bucket, string key, string? version) => version is null
        ? s.First($"SELECT {Columns} FROM versions WHERE bucket = $0 AND key = $1 AND latest = 1", ObjectVersion.Read, bucket, key)
        : s.First($"SELECT {Columns} FROM versions WHERE bucket = $0 AND key = $1 AND version = $2", ObjectVersion.Read, bucket, key, version);

    private static ObjectVersion? Current(SqliteSession s, string bucket, string key) =>
        Find(s, bucket, key, null) is { Marker: false } current ? current : null;

    private static ObjectVersion Insert(SqliteSession s, Bucket bucket, ObjectVersion draft, List<Blob> freed)
    {
        var version = bucket.Versioning == "Enabled" ? NewVersion() : ObjectVersion.NullVersion;
        if (version == ObjectVersion.NullVersion && Find(s, bucket.Name, draft.Key, version) is { } replaced)
        {
            freed.AddRange(replaced.Blobs);
            s.Execute("DELETE FROM versions WHERE sequence = $0", replaced.Sequence);
        }
        s.Execute("UPDATE versions SET latest = 0 WHERE bucket = $0 AND key = $1 AND latest = 1", bucket.Name, draft.Key);
        var sequence = s.Whole("""
            INSERT INTO versions (bucket, key, version, latest, marker, modified, size, etag, blobs, properties)
            VALUES ($0, $1, $2, 1, $3, $4, $5, $6, $7, $8) RETURNING sequence
            """, bucket.Name, draft.Key, version, draft.Marker, draft.Modified.ToUnixTimeMilliseconds(), draft.Size, draft.ETag,
            ObjectVersion.WriteBlobs(draft.Blobs), draft.Properties.ToJsonString());
        return draft with { Sequence = sequence, Version = version, Latest = true };
    }

    private static void Erase(SqliteSession s, ObjectVersion version, List<Blob> freed)
    {
        freed.AddRange(version.Blobs);
        s.Execute("DELETE FROM versions WHERE sequence = $0", version.Sequence);
        if (version.Latest)
            s.Execute("""
                UPDATE versions SET latest = 1 WHERE sequence =
                    (SELECT sequence FROM versions WHERE bucket = $0 AND key = $1 ORDER BY sequence DESC LIMIT 1)
                """, version.Bucket, version.Key);
    }

    private static string NewVersion() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24)).Replace('-', '.');
}
