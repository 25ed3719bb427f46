using System.Text.RegularExpressions;

namespace MLOps.Portal.Data.Design;

/// <summary>Takes out of generated code what holds for one database alone.</summary>
internal static partial class NeutralCode
{
    private const string CountsUp = """.Annotation("Sqlite:Autoincrement", true)""";
    private const string CountsUpInPostgres =
        """.Annotation("Npgsql:ValueGenerationStrategy", Npgsql.EntityFrameworkCore.PostgreSQL.Metadata.NpgsqlValueGenerationStrategy.IdentityByDefaultColumn)""";

    /// <summary>A migration without column types; keys that count up in SQLite do so in PostgreSQL.</summary>
    public static string OfMigration(string code) =>
        ColumnType().Replace(code, "").Replace(CountsUp, $"{CountsUp}\n{new string(' ', 24)}{CountsUpInPostgres}", StringComparison.Ordinal);

    /// <summary>The model of a migration or a snapshot without column types.</summary>
    public static string OfModel(string code) => PropertyType().Replace(code, "");

    [GeneratedRegex("""(?:\b(?:type|oldType): "[^"]*",\s*)|(?:,\s*(?:type|oldType): "[^"]*"(?=\)))""")]
    private static partial Regex ColumnType();

    [GeneratedRegex("""\s*\.HasColumnType\("[^"]*"\)""")]
    private static partial Regex PropertyType();
}
