using System.Diagnostics;
using Npgsql;

namespace MLOps.Tests;

/// <summary>
/// A PostgreSQL server of the tests' own: on a free port of the loopback, in a temporary folder, started when first asked for.
/// It ends, and its folder goes, with the process that started it, however that ends.
/// </summary>
public static class PostgresServer
{
    private static readonly Lazy<Task<string>> Server = new(StartAsync);
    private static int databases;
    private static Process? process; // held, so that its pipe stays open

    /// <summary>The connection string of a new and empty database. Skips the test where PostgreSQL is not installed, except in CI.</summary>
    public static async Task<string> NewDatabaseAsync()
    {
        if (Find("initdb") is null)
        {
            const string missing = "PostgreSQL is not installed here: .config/setup.sh tests installs it.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
                throw new InvalidOperationException(missing);
            Assert.Skip(missing);
        }
        var server = await Server.Value;
        var name = $"test{Interlocked.Increment(ref databases)}";
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    private static async Task<string> StartAsync()
    {
        var port = PortalProcess.FreePort();
        // It refuses to run as root; the shell's end of the pipe closes when this process ends, and takes the server along.
        var script = $"""
            set -e
            folder=$(mktemp -d /tmp/mlops-postgres-XXXXXX)
            {Find("initdb")} -D "$folder" -U mlops -A trust -E UTF8 --locale=C --no-sync >"$folder.log" 2>&1
            {Find("postgres")} -D "$folder" -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 -c shared_buffers=32MB >>"$folder.log" 2>&1 &
            server=$!
            read -r _ || true
            kill -INT $server
            wait $server || true
            rm -rf "$folder" "$folder.log"
            """;
        var start = new ProcessStartInfo { RedirectStandardInput = true, WorkingDirectory = "/" };
        string[] command = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "bash", "-c", script] : ["bash", "-c", script];
        start.FileName = command[0];
        foreach (var argument in command[1..])
            start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
        var connection = $"Host=127.0.0.1;Port={port};Username=mlops;Database=postgres;Include Error Detail=true;Maximum Pool Size=40";
        await Eventually.TrueAsync(async () =>
        {
            if (process.HasExited)
                throw new InvalidOperationException($"PostgreSQL could not be started (exit code {process.ExitCode}); see /tmp/mlops-postgres-*.log");
            try
            {
                await using var first = new NpgsqlConnection(connection);
                await first.OpenAsync();
                return true;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(60), "PostgreSQL answers");
        return connection;
    }

    private static string? Find(string program)
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var version) ? version : 0).Select(d => Path.Combine(d, "bin")) : [];
        return debian.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }
}
