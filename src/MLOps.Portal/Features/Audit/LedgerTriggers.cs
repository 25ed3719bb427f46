namespace MLOps.Portal.Features.Audit;

/// <summary>
/// What makes the table append only in the database itself, for each of the two: no row changes or goes, and a new row has the next
/// number and the hash of the last one.
/// </summary>
internal static class LedgerTriggers
{
    private const string Table = LedgerDbContext.Table;
    private const string Refusal = "the audit ledger is append only";
    private const string Gap = "the entry does not continue the audit ledger";

    public static IReadOnlyList<string> Create(bool isPostgres) => isPostgres ? Postgres : Sqlite;

    public static IReadOnlyList<string> Drop(bool isPostgres) => isPostgres
        ?
        [
            $"DROP TRIGGER ledger_kept ON {Table}",
            $"DROP TRIGGER ledger_not_emptied ON {Table}",
            $"DROP TRIGGER ledger_continued ON {Table}",
            "DROP FUNCTION ledger_refuse()",
            "DROP FUNCTION ledger_continue()",
        ]
        : ["DROP TRIGGER ledger_not_changed", "DROP TRIGGER ledger_not_deleted", "DROP TRIGGER ledger_continued"];

    // INSERT OR REPLACE of SQLite deletes without a trigger of deletion; that the number must be the next one refuses it too.
    private static readonly IReadOnlyList<string> Sqlite =
    [
        $"CREATE TRIGGER ledger_not_changed BEFORE UPDATE ON {Table} BEGIN SELECT RAISE(ABORT, '{Refusal}'); END",
        $"CREATE TRIGGER ledger_not_deleted BEFORE DELETE ON {Table} BEGIN SELECT RAISE(ABORT, '{Refusal}'); END",
        $"""
        CREATE TRIGGER ledger_continued BEFORE INSERT ON {Table}
        WHEN NEW."Sequence" <> coalesce((SELECT max("Sequence") FROM {Table}), 0) + 1
          OR NEW."PreviousHash" <> coalesce((SELECT "Hash" FROM {Table} ORDER BY "Sequence" DESC LIMIT 1), '{Ledger.Chain.Start}')
        BEGIN SELECT RAISE(ABORT, '{Gap}'); END
        """,
    ];

    private static readonly IReadOnlyList<string> Postgres =
    [
        $"CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{Refusal}'; END $$",
        $"""
        CREATE FUNCTION ledger_continue() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF NEW."Sequence" <> coalesce((SELECT max("Sequence") FROM {Table}), 0) + 1
            OR NEW."PreviousHash" <> coalesce((SELECT "Hash" FROM {Table} ORDER BY "Sequence" DESC LIMIT 1), '{Ledger.Chain.Start}') THEN
            RAISE EXCEPTION '{Gap}';
          END IF;
          RETURN NEW;
        END $$
        """,
        $"CREATE TRIGGER ledger_kept BEFORE UPDATE OR DELETE ON {Table} FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
        $"CREATE TRIGGER ledger_not_emptied BEFORE TRUNCATE ON {Table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
        $"CREATE TRIGGER ledger_continued BEFORE INSERT ON {Table} FOR EACH ROW EXECUTE FUNCTION ledger_continue()",
    ];
}
