using System.Text;
using Microsoft.Data.Sqlite;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.Logs;

/// <summary>One event; <see cref="Id"/> orders events of the same millisecond as they came.</summary>
internal sealed record LogEvent(long Stream, long At, long Id, long Ingested, string Message);

/// <summary>Where a reader stands: behind (or before) one event.</summary>
internal readonly record struct LogPosition(long At, long Id);

/// <summary>The store of log events.</summary>
internal sealed class LogEvents(LogDatabase logs)
{
    /// <summary>What CloudWatch Logs counts for an event besides its text.</summary>
    public const int OverheadBytes = 26;

    private const string Columns = "stream, at, id, ingested, message";
    private long last = logs.Database.Read(s => s.Whole("SELECT value FROM counters WHERE name = 'event'"));

    /// <summary>Appends to a stream, inside a transaction of the caller's.</summary>
    public void Append(SqliteSession s, LogStream stream, long now, IEnumerable<(long At, string Message)> events)
    {
        var (first, latest, bytes) = (long.MaxValue, long.MinValue, 0L);
        foreach (var (at, message) in events)
        {
            s.Execute("INSERT INTO events (stream, at, id, group_id, ingested, message) VALUES ($0, $1, $2, $3, $4, $5)",
                stream.Id, at, ++last, stream.GroupId, now, message);
            (first, latest) = (Math.Min(first, at), Math.Max(latest, at));
            bytes += Encoding.UTF8.GetByteCount(message) + OverheadBytes;
        }
        s.Execute("""
            UPDATE streams SET first = min(coalesce(first, $1), $1), last = max(coalesce(last, $2), $2), ingested = $3 WHERE id = $0
            """, stream.Id, first, latest, now);
        s.Execute("UPDATE groups SET bytes = bytes + $1 WHERE id = $0", stream.GroupId, bytes);
        s.Execute("INSERT OR REPLACE INTO counters (name, value) VALUES ('event', $0)", last);
    }

    /// <inheritdoc cref="Append(SqliteSession, LogStream, long, IEnumerable{ValueTuple{long, string}})"/>
    public void Append(LogStream stream, long now, IEnumerable<(long At, string Message)> events) =>
        logs.Database.Write(s => Append(s, stream, now, events));

    /// <summary>Events of one stream in [from, to) behind a position, oldest first.</summary>
    public List<LogEvent> Forward(long stream, LogPosition behind, long from, long to, int limit) => logs.Database.Read(s => s.Query($"""
        SELECT {Columns} FROM events
        WHERE stream = $0 AND (at, id) > ($1, $2) AND at >= $3 AND at < $4 ORDER BY at, id LIMIT $5
        """, Read, stream, behind.At, behind.Id, from, to, limit));

    /// <summary>The last events of one stream in [from, to) before a position, newest first.</summary>
    public List<LogEvent> Backward(long stream, LogPosition before, long from, long to, int limit) => logs.Database.Read(s => s.Query($"""
        SELECT {Columns} FROM events
        WHERE stream = $0 AND (at, id) < ($1, $2) AND at >= $3 AND at < $4 ORDER BY at DESC, id DESC LIMIT $5
        """, Read, stream, before.At, before.Id, from, to, limit));

    /// <summary>Events of a whole group in [from, to) behind a position, oldest first.</summary>
    public List<LogEvent> OfGroup(long group, LogPosition behind, long from, long to, int limit) => logs.Database.Read(s => s.Query($"""
        SELECT {Columns} FROM events
        WHERE group_id = $0 AND (at, id) > ($1, $2) AND at >= $3 AND at < $4 ORDER BY at, id LIMIT $5
        """, Read, group, behind.At, behind.Id, from, to, limit));

    private static LogEvent Read(SqliteDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetString(4));
}
