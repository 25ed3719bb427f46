using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.Sqs;

/// <summary>The SQLite file of queues and messages. Times are milliseconds since 1970.</summary>
internal sealed class QueueDatabase(StateFolder folder) : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS queues (
            id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
            created INTEGER NOT NULL, modified INTEGER NOT NULL, attributes TEXT NOT NULL, UNIQUE (account, region, name));
        CREATE TABLE IF NOT EXISTS messages (
            id INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, message_id TEXT NOT NULL, body TEXT NOT NULL,
            attributes TEXT NOT NULL, system TEXT NOT NULL, sent INTEGER NOT NULL, visible INTEGER NOT NULL,
            received INTEGER NOT NULL DEFAULT 0, first_received INTEGER, receipt TEXT);
        CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (queue, visible, id);
        """;

    public SqliteDatabase Database { get; } = new(Path.Combine(folder.Folder("sqs"), "queues.db"), Schema);

    public void Dispose() => Database.Dispose();
}
