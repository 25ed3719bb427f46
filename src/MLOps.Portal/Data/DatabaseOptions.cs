using System.ComponentModel.DataAnnotations;
using Npgsql;

namespace MLOps.Portal.Data;

/// <summary>The section <c>Portal:Database</c>: where the portal keeps people, the ledger and all else of its own. Validated at start.</summary>
public sealed class DatabaseOptions : IValidatableObject
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "Portal:Database";

    public const string Sqlite = "Sqlite";
    public const string Postgres = "Postgres";

    /// <summary><c>Sqlite</c>: a file in the state folder, for one instance. <c>Postgres</c>: a server, for as many as needed.</summary>
    public string Provider { get; set; } = Sqlite;

    /// <summary>How to reach PostgreSQL, as Npgsql reads it. Unused with SQLite.</summary>
    public string ConnectionString { get; set; } = "";

    internal bool IsPostgres => Provider == Postgres;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Provider is not (Sqlite or Postgres))
            yield return new($"{Section}:Provider is '{Provider}'; it must be {Sqlite} or {Postgres}.");
        else if (IsPostgres && ConnectionString.Length == 0)
            yield return new($"{Section}:Provider is {Postgres} without {Section}:ConnectionString; set it, such as 'Host=db;Database=mlops;Username=portal;Password=…'.");
        else if (IsPostgres && !IsReadable(ConnectionString))
            yield return new($"{Section}:ConnectionString cannot be read; it must look like 'Host=db;Database=mlops;Username=portal;Password=…'.");
    }

    // What is wrong with it is not told: it holds a password.
    private static bool IsReadable(string connection)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connection) is { Host.Length: > 0, Database.Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
