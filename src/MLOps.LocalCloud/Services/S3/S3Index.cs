using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>The SQLite file that says which buckets, object versions and uploads there are. Keys compare as UTF-8, as S3 lists them.</summary>
internal sealed class S3Index(StateFolder folder) : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS buckets (
            name TEXT NOT NULL PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, created INTEGER NOT NULL,
            versioning TEXT NOT NULL, settings TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS versions (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL, version TEXT NOT NULL,
            latest INTEGER NOT NULL, marker INTEGER NOT NULL, modified INTEGER NOT NULL, size INTEGER NOT NULL,
            etag TEXT NOT NULL, blobs TEXT NOT NULL, properties TEXT NOT NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS versions_by_id ON versions (bucket, key, version);
        CREATE UNIQUE INDEX IF NOT EXISTS versions_latest ON versions (bucket, key) WHERE latest = 1;
        CREATE INDEX IF NOT EXISTS versions_in_order ON versions (bucket, key, sequence DESC);
        CREATE TABLE IF NOT EXISTS uploads (
            id TEXT NOT NULL PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, started INTEGER NOT NULL,
            properties TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS uploads_by_key ON uploads (bucket, key, id);
        CREATE TABLE IF NOT EXISTS parts (
            upload TEXT NOT NULL, number INTEGER NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
            blob TEXT NOT NULL, checksums TEXT NOT NULL, PRIMARY KEY (upload, number)) WITHOUT ROWID;
        """;

    public SqliteDatabase Database { get; } = new(Path.Combine(folder.Folder("s3"), "index.db"), Schema);

    public void Dispose() => Database.Dispose();
}
