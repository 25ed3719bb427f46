using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>The store of multipart uploads that are not complete.</summary>
internal sealed class Uploads(S3Index index, Blobs blobs)
{
    public void Add(Upload upload) => index.Database.Write(s => s.Execute(
        $"INSERT INTO uploads ({Upload.Columns}) VALUES ($0, $1, $2, $3, $4)",
        upload.Id, upload.Bucket, upload.Key, upload.Started.ToUnixTimeMilliseconds(), upload.Properties.ToJsonString()));

    /// <exception cref="Protocol.AwsException">NoSuchUpload.</exception>
    public Upload Require(string bucket, string key, string id) => index.Database.Read(s => Find(s, id)) is { } upload
        && upload.Bucket == bucket && upload.Key == key ? upload : throw S3Errors.NoSuchUpload(id);

    /// <summary>Adds a part, or replaces the one of the same number.</summary>
    public void AddPart(Upload upload, UploadedPart part)
    {
        var replaced = index.Database.Write(s =>
        {
            if (Find(s, upload.Id) is null)
                throw S3Errors.NoSuchUpload(upload.Id);
            var old = s.First("SELECT blob, size FROM parts WHERE upload = $0 AND number = $1", r => new Blob(r.GetString(0), r.GetInt64(1)), upload.Id, part.Number);
            s.Execute($"INSERT OR REPLACE INTO parts (upload, {UploadedPart.Columns}) VALUES ($0, $1, $2, $3, $4, $5, $6)",
                upload.Id, part.Number, part.ETag, part.Blob.Size, part.Modified.ToUnixTimeMilliseconds(), part.Blob.Id, part.Checksums.ToJsonString());
            return old;
        });
        if (replaced is not null)
            blobs.Remove([replaced]);
    }

    /// <summary>Parts after a number, in order.</summary>
    public List<UploadedPart> Parts(Upload upload, int after, int limit) => index.Database.Read(s => s.Query(
        $"SELECT {UploadedPart.Columns} FROM parts WHERE upload = $0 AND number > $1 ORDER BY number LIMIT $2", UploadedPart.Read, upload.Id, after, limit));

    /// <summary>Removes an upload and its parts, not their content; inside a transaction of the caller's.</summary>
    public static void Remove(SqliteSession s, string id)
    {
        if (s.Execute("DELETE FROM uploads WHERE id = $0", id) == 0)
            throw S3Errors.NoSuchUpload(id);
        s.Execute("DELETE FROM parts WHERE upload = $0", id);
    }

    /// <summary>Removes an upload and all that was uploaded.</summary>
    public void Abort(Upload upload)
    {
        var freed = index.Database.Write(s =>
        {
            var content = s.Query("SELECT blob, size FROM parts WHERE upload = $0", r => new Blob(r.GetString(0), r.GetInt64(1)), upload.Id);
            Remove(s, upload.Id);
            return content;
        });
        blobs.Remove(freed);
    }

    private static Upload? Find(SqliteSession s, string id) => s.First($"SELECT {Upload.Columns} FROM uploads WHERE id = $0", Upload.Read, id);
}
