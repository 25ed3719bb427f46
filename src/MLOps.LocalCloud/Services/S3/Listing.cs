using System.Text;
using Microsoft.Data.Sqlite;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>One page of a list: entries in key order, keys below a delimiter rolled up to their common prefix.</summary>
/// <param name="Entries">A row, or a common prefix.</param>
/// <param name="Truncated">Whether more follow.</param>
internal sealed record Page<T>(IReadOnlyList<(T? Row, string? CommonPrefix)> Entries, bool Truncated)
{
    public IEnumerable<T> Rows => Entries.Where(e => e.CommonPrefix is null).Select(e => e.Row!);

    public IEnumerable<string> CommonPrefixes => Entries.Where(e => e.CommonPrefix is not null).Select(e => e.CommonPrefix!);
}

/// <summary>
/// Lists an index by seeks: a common prefix costs one look-up however many keys lie under it, and a page costs as
/// many rows as it shows, wherever in the bucket it begins.
/// </summary>
internal sealed class Listing(S3Index index)
{
    private const int Batch = 256;

    /// <summary>The latest versions that are no delete markers, with keys after <paramref name="after"/>.</summary>
    public Page<ObjectVersion> Current(string bucket, string prefix, string? delimiter, string after, int limit) =>
        index.Database.Read(s => Walk(prefix, delimiter, after, limit, v => v.Key, (key, orEqual, count) => s.Query($"""
            SELECT {ObjectVersion.Columns} FROM versions
            WHERE bucket = $0 AND key {(orEqual ? ">=" : ">")} $1 AND latest = 1 AND marker = 0 ORDER BY key LIMIT $2
            """, ObjectVersion.Read, bucket, key, count)));

    /// <summary>All versions and markers, newest first within a key, after the marker's key and (where given) sequence.</summary>
    public Page<ObjectVersion> Versions(string bucket, string prefix, string? delimiter, string afterKey, long? afterSequence, int limit) =>
        index.Database.Read(s =>
        {
            var within = afterSequence;
            return Walk(prefix, delimiter, afterKey, limit, v => v.Key, (key, orEqual, count) =>
            {
                List<ObjectVersion> rows = [];
                if (!orEqual && within is { } sequence)
                    rows = s.Query($"""
                        SELECT {ObjectVersion.Columns} FROM versions WHERE bucket = $0 AND key = $1 AND sequence < $2
                        ORDER BY sequence DESC LIMIT $3
                        """, ObjectVersion.Read, bucket, key, sequence, count);
                if (rows.Count < count)
                    rows.AddRange(s.Query($"""
                        SELECT {ObjectVersion.Columns} FROM versions WHERE bucket = $0 AND key {(orEqual ? ">=" : ">")} $1
                        ORDER BY key, sequence DESC LIMIT $2
                        """, ObjectVersion.Read, bucket, key, count - rows.Count));
                // The next batch goes on after its last row, which need not be the last of its key.
                within = rows.Count > 0 ? rows[^1].Sequence : null;
                return rows;
            });
        });

    /// <summary>Unfinished uploads after a key and, within it, after an upload id.</summary>
    public Page<Upload> Uploads(string bucket, string prefix, string? delimiter, string afterKey, string? afterId, int limit) =>
        index.Database.Read(s =>
        {
            var within = afterId;
            return Walk(prefix, delimiter, afterKey, limit, u => u.Key, (key, orEqual, count) =>
            {
                var rows = s.Query($"""
                    SELECT {Upload.Columns} FROM uploads
                    WHERE bucket = $0 AND (key > $1 OR key = $1 AND ($2 OR id > $3)) ORDER BY key, id LIMIT $4
                    """, Upload.Read, bucket, key, orEqual, within ?? "\U0010FFFF", count);
                within = rows.Count > 0 ? rows[^1].Id : null;
                return rows;
            });
        });

    /// <param name="seek">Rows from a key on: whether that key itself counts, and how many rows.</param>
    private static Page<T> Walk<T>(
        string prefix, string? delimiter, string after, int limit, Func<T, string> keyOf, Func<string, bool, int, List<T>> seek)
    {
        var entries = new List<(T?, string?)>();
        if (limit == 0)
            return new(entries, false);
        // A page that ended with a common prefix goes on behind all of its keys.
        var (position, orEqual) = delimiter is { Length: > 0 } && Roll(after, prefix, delimiter) == after && Successor(after) is { } behind
            ? (behind, true)
            : Utf8Before(after, prefix) || after.Length == 0 ? (prefix, true) : (after, false);
        while (true)
        {
            var wanted = Math.Min(Batch, limit + 1 - entries.Count);
            var rows = seek(position, orEqual, wanted);
            var jumped = false;
            foreach (var row in rows)
            {
                var key = keyOf(row);
                // Keys with a prefix stand in a row: behind them comes none.
                if (!key.StartsWith(prefix, StringComparison.Ordinal))
                    return new(entries, false);
                if (entries.Count == limit)
                    return new(entries, true);
                (position, orEqual) = (key, false);
                if (delimiter is not { Length: > 0 } || Roll(key, prefix, delimiter) is not { } common)
                {
                    entries.Add((row, null));
                    continue;
                }
                entries.Add((default, common));
                if (Successor(common) is not { } next)
                    return new(entries, false);
                (position, orEqual, jumped) = (next, true, true);
                break;
            }
            if (rows.Count < wanted && !jumped)
                return new(entries, false);
        }
    }

    /// <summary>The common prefix that a key is rolled up to, or null.</summary>
    private static string? Roll(string key, string prefix, string delimiter)
    {
        if (!key.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        var at = key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
        return at < 0 ? null : key[..(at + delimiter.Length)];
    }

    /// <summary>The least text behind all texts that begin with this one; null where there is none.</summary>
    private static string? Successor(string text)
    {
        var runes = text.EnumerateRunes().ToList();
        for (var i = runes.Count - 1; i >= 0; i--)
        {
            if (runes[i].Value == 0x10FFFF)
                continue;
            var next = runes[i].Value == 0xD7FF ? 0xE000 : runes[i].Value + 1;
            return string.Concat(runes.Take(i).Select(r => r.ToString())) + new Rune(next);
        }
        return null;
    }

    private static bool Utf8Before(string a, string b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)) < 0;
}
