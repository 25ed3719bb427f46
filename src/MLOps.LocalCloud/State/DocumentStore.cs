using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.State;

/// <summary>
/// Every object of the local cloud, as JSON documents in one SQLite database (WAL) with a copy in memory.
/// A change is committed before the call that makes it returns, so an abrupt end of the process loses nothing that was answered.
/// </summary>
public sealed class DocumentStore : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Lock gate = new();
    private readonly Dictionary<string, DocumentTable> tables = [];

    public DocumentStore(StateFolder folder)
    {
        connection = new SqliteConnection($"Data Source={Path.Combine(folder.Root, "documents.db")};Pooling=False");
        connection.Open();
        Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000");
        Execute("""
            CREATE TABLE IF NOT EXISTS documents (
                kind TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, key TEXT NOT NULL,
                sequence INTEGER NOT NULL, json TEXT NOT NULL,
                PRIMARY KEY (kind, account, region, key)) WITHOUT ROWID
            """);
    }

    /// <summary>The documents of a kind, such as <c>sagemaker/training-job</c>.</summary>
    public DocumentTable Table(string kind)
    {
        lock (gate)
        {
            if (!tables.TryGetValue(kind, out var table))
                tables[kind] = table = new DocumentTable(this, kind, Load(kind));
            return table;
        }
    }

    public void Dispose() => connection.Dispose();

    internal void Save(string kind, Scope scope, Document document)
    {
        lock (gate)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "INSERT OR REPLACE INTO documents VALUES ($kind, $account, $region, $key, $sequence, $json)";
            Bind(command, kind, scope, document.Key);
            command.Parameters.AddWithValue("$sequence", document.Sequence);
            command.Parameters.AddWithValue("$json", document.Value.ToJsonString());
            command.ExecuteNonQuery();
        }
    }

    internal void Delete(string kind, Scope scope, string key)
    {
        lock (gate)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM documents WHERE kind=$kind AND account=$account AND region=$region AND key=$key";
            Bind(command, kind, scope, key);
            command.ExecuteNonQuery();
        }
    }

    private List<(Scope, Document)> Load(string kind)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT account, region, key, sequence, json FROM documents WHERE kind=$kind ORDER BY sequence";
        command.Parameters.AddWithValue("$kind", kind);
        using var reader = command.ExecuteReader();
        var rows = new List<(Scope, Document)>();
        while (reader.Read())
            rows.Add((new Scope(reader.GetString(0), reader.GetString(1)),
                new Document(reader.GetString(2), reader.GetInt64(3), (JsonObject)JsonNode.Parse(reader.GetString(4))!)));
        return rows;
    }

    private static void Bind(SqliteCommand command, string kind, Scope scope, string key)
    {
        command.Parameters.AddWithValue("$kind", kind);
        command.Parameters.AddWithValue("$account", scope.Account);
        command.Parameters.AddWithValue("$region", scope.Region);
        command.Parameters.AddWithValue("$key", key);
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

/// <summary>
/// One object. <see cref="Value"/> is shared by all readers and must not be changed: copy it, or go through
/// <see cref="DocumentTable.Update"/>. <see cref="Sequence"/> grows with the order of creation.
/// </summary>
public sealed record Document(string Key, long Sequence, JsonObject Value);
