using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.Logs;

/// <summary>The SQLite file of log groups, streams and events.</summary>
internal sealed class LogDatabase(StateFolder folder) : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS groups (
            id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, created INTEGER NOT NULL,
            retention INTEGER, bytes INTEGER NOT NULL DEFAULT 0, properties TEXT NOT NULL, UNIQUE (account, region, name));
        CREATE TABLE IF NOT EXISTS streams (
            id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL, name TEXT NOT NULL, created INTEGER NOT NULL,
            first INTEGER, last INTEGER, ingested INTEGER, UNIQUE (group_id, name));
        CREATE TABLE IF NOT EXISTS events (
            stream INTEGER NOT NULL, at INTEGER NOT NULL, id INTEGER NOT NULL, group_id INTEGER NOT NULL,
            ingested INTEGER NOT NULL, message TEXT NOT NULL, PRIMARY KEY (stream, at, id)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS events_by_group ON events (group_id, at, id);
        CREATE TABLE IF NOT EXISTS counters (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        """;

    public SqliteDatabase Database { get; } = new(Path.Combine(folder.Folder("logs"), "logs.db"), Schema);

    public void Dispose() => Database.Dispose();
}
