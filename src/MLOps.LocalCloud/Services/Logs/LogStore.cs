using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.Logs;

/// <summary>A log group. Times are milliseconds since 1970, as everywhere in CloudWatch Logs.</summary>
internal sealed record LogGroup(long Id, Scope Scope, string Name, long Created, int? Retention, long Bytes, JsonObject Properties);

/// <summary>A log stream; first, last and ingested are null until something was written.</summary>
internal sealed record LogStream(long Id, long GroupId, string Name, long Created, long? First, long? Last, long? Ingested);

/// <summary>Groups and streams.</summary>
internal sealed class LogStore(LogDatabase logs)
{
    private const string GroupColumns = "id, account, region, name, created, retention, bytes, properties";
    private const string StreamColumns = "id, group_id, name, created, first, last, ingested";

    /// <summary>Adds a group; false where the name is taken.</summary>
    public bool AddGroup(Scope scope, string name, long now, JsonObject properties) =>
        logs.Database.Write(s => AddGroup(s, scope, name, now, properties));

    /// <summary>Adds a stream; false where the name is taken.</summary>
    public bool AddStream(LogGroup group, string name, long now) => logs.Database.Write(s => AddStream(s, group.Id, name, now));

    public LogGroup? FindGroup(Scope scope, string name) => logs.Database.Read(s => FindGroup(s, scope, name));

    public LogStream? FindStream(LogGroup group, string name) => logs.Database.Read(s => FindStream(s, group.Id, name));

    /// <summary>Groups by name after one, with a prefix or holding a text.</summary>
    public IReadOnlyList<LogGroup> ListGroups(Scope scope, string after, string prefix, string pattern, int limit) => logs.Database.Read(s =>
        s.Query($"""
            SELECT {GroupColumns} FROM groups
            WHERE account = $0 AND region = $1 AND name > $2 AND substr(name, 1, length($3)) = $3 AND instr(name, $4) > 0
            ORDER BY name LIMIT $5
            """, ReadGroup, scope.Account, scope.Region, after, prefix, pattern, limit));

    /// <summary>All streams of a group with a prefix, by name.</summary>
    public IReadOnlyList<LogStream> ListStreams(LogGroup group, string prefix) => logs.Database.Read(s => s.Query(
        $"SELECT {StreamColumns} FROM streams WHERE group_id = $0 AND substr(name, 1, length($1)) = $1 ORDER BY name", ReadStream, group.Id, prefix));

    public bool RemoveGroup(Scope scope, string name) => logs.Database.Write(s =>
    {
        if (FindGroup(s, scope, name) is not { } group)
            return false;
        s.Execute("DELETE FROM events WHERE group_id = $0", group.Id);
        s.Execute("DELETE FROM streams WHERE group_id = $0", group.Id);
        s.Execute("DELETE FROM groups WHERE id = $0", group.Id);
        return true;
    });

    /// <summary>Changes what a group holds beside its name and retention: tags, key, class.</summary>
    public void ChangeProperties(LogGroup group, Action<JsonObject> change) => logs.Database.Write(s =>
    {
        if (FindGroup(s, group.Scope, group.Name) is not { } current)
            return;
        change(current.Properties);
        s.Execute("UPDATE groups SET properties = $1 WHERE id = $0", current.Id, current.Properties.ToJsonString());
    });

    public bool RemoveStream(LogGroup group, string name) => logs.Database.Write(s =>
    {
        if (FindStream(s, group.Id, name) is not { } stream)
            return false;
        var bytes = s.Whole("SELECT sum(length(CAST(message AS BLOB)) + $1) FROM events WHERE stream = $0", stream.Id, LogEvents.OverheadBytes);
        s.Execute("DELETE FROM events WHERE stream = $0", stream.Id);
        s.Execute("DELETE FROM streams WHERE id = $0", stream.Id);
        s.Execute("UPDATE groups SET bytes = max(0, bytes - $1) WHERE id = $0", group.Id, bytes);
        return true;
    });

    public bool SetRetention(Scope scope, string name, int days) => logs.Database.Write(s =>
        s.Execute("UPDATE groups SET retention = $3 WHERE account = $0 AND region = $1 AND name = $2", scope.Account, scope.Region, name, days)) > 0;

    /// <summary>Removes the events that are older than their group's retention; how many.</summary>
    public int RemoveExpired(long now) => logs.Database.Write(s =>
    {
        var removed = 0;
        foreach (var (group, before) in s.Query(
            "SELECT id, $0 - retention * 86400000 FROM groups WHERE retention IS NOT NULL", r => (r.GetInt64(0), r.GetInt64(1)), now))
        {
            var bytes = s.Whole("SELECT sum(length(CAST(message AS BLOB)) + $2) FROM events WHERE group_id = $0 AND at < $1", group, before, LogEvents.OverheadBytes);
            removed += s.Execute("DELETE FROM events WHERE group_id = $0 AND at < $1", group, before);
            s.Execute("UPDATE groups SET bytes = max(0, bytes - $1) WHERE id = $0", group, bytes);
        }
        return removed;
    });

    public static bool AddGroup(SqliteSession s, Scope scope, string name, long now, JsonObject properties) => s.Execute(
        "INSERT INTO groups (account, region, name, created, properties) VALUES ($0, $1, $2, $3, $4) ON CONFLICT DO NOTHING",
        scope.Account, scope.Region, name, now, properties.ToJsonString()) > 0;

    public static bool AddStream(SqliteSession s, long group, string name, long now) => s.Execute(
        "INSERT INTO streams (group_id, name, created) VALUES ($0, $1, $2) ON CONFLICT DO NOTHING", group, name, now) > 0;

    public static LogGroup? FindGroup(SqliteSession s, Scope scope, string name) => s.First(
        $"SELECT {GroupColumns} FROM groups WHERE account = $0 AND region = $1 AND name = $2", ReadGroup, scope.Account, scope.Region, name);

    public static LogStream? FindStream(SqliteSession s, long group, string name) => s.First(
        $"SELECT {StreamColumns} FROM streams WHERE group_id = $0 AND name = $1", ReadStream, group, name);

    private static LogGroup ReadGroup(SqliteDataReader row) => new(
        row.GetInt64(0), new Scope(row.GetString(1), row.GetString(2)), row.GetString(3), row.GetInt64(4),
        row.IsDBNull(5) ? null : row.GetInt32(5), row.GetInt64(6), (JsonObject)JsonNode.Parse(row.GetString(7))!);

    private static LogStream ReadStream(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetInt64(3), Whole(row, 4), Whole(row, 5), Whole(row, 6));

    private static long? Whole(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
