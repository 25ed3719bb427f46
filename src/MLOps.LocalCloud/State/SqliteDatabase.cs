using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace MLOps.LocalCloud.State;

/// <summary>
/// One SQLite file (WAL) for data that wants indexes rather than documents: one writer at a time, readers beside it.
/// A transaction is committed before <see cref="Write{T}"/> returns and outlives an abrupt end of the process.
/// </summary>
public sealed class SqliteDatabase : IDisposable
{
    private readonly string connectionString;
    private readonly SqliteSession writer;
    private readonly Lock writing = new();
    private readonly ConcurrentBag<SqliteSession> readers = [];
    private bool disposed;

    /// <summary>Opens the file, made where it is missing, and runs <paramref name="schema"/> (statements that may run again).</summary>
    public SqliteDatabase(string path, string schema)
    {
        connectionString = $"Data Source={path};Pooling=False";
        writer = Open();
        writer.Execute("PRAGMA journal_mode=WAL");
        writer.Execute(schema);
    }

    /// <summary>Runs the work in one transaction; when it throws, nothing is changed.</summary>
    public T Write<T>(Func<SqliteSession, T> work)
    {
        lock (writing)
        {
            writer.Execute("BEGIN IMMEDIATE");
            T result;
            try
            {
                result = work(writer);
            }
            catch
            {
                writer.Execute("ROLLBACK");
                throw;
            }
            writer.Execute("COMMIT");
            return result;
        }
    }

    /// <inheritdoc cref="Write{T}"/>
    public void Write(Action<SqliteSession> work) => Write(session =>
    {
        work(session);
        return true;
    });

    /// <summary>Reads what is committed; readers neither wait for the writer nor for one another.</summary>
    public T Read<T>(Func<SqliteSession, T> work)
    {
        if (!readers.TryTake(out var reader))
            reader = Open();
        try
        {
            return work(reader);
        }
        finally
        {
            if (disposed)
                reader.Dispose();
            else
                readers.Add(reader);
        }
    }

    public void Dispose()
    {
        lock (writing)
        {
            disposed = true;
            while (readers.TryTake(out var reader))
                reader.Dispose();
            writer.Dispose();
        }
    }

    private SqliteSession Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        var session = new SqliteSession(connection);
        session.Execute("PRAGMA synchronous=NORMAL");
        session.Execute("PRAGMA busy_timeout=5000");
        session.Execute("PRAGMA temp_store=MEMORY");
        return session;
    }
}
