namespace MLOps.Ledger.Exports;

/// <summary>
/// The columns of the CSV export. All but the last are for people; the last one holds the entry's whole line, so that a file can be
/// checked that spreadsheets can open too.
/// </summary>
public static class CsvColumns
{
    private static readonly (string Title, Func<LedgerEntry, string> Text)[] All =
    [
        ("seq", e => $"{e.Sequence}"),
        ("at", e => EntryForm.TimeOf(e.At)),
        ("type", e => e.Type),
        ("kind", e => e.Kind),
        ("object", e => e.Object),
        ("connection", e => e.Connection),
        ("subject", e => e.Subject),
        ("name", e => e.Name),
        ("why", e => e.Why),
        ("evidence", e => e.Evidence),
        ("of", e => e.Of == 0 ? "" : $"{e.Of}"),
        ("result", e => e.Result),
        ("requests", e => string.Join("; ", e.Requests)),
        ("hash", e => e.Hash),
        ("entry", EntryForm.LineOf),
    ];

    /// <summary>The head line's cells.</summary>
    public static IReadOnlyList<string> Titles { get; } = [.. All.Select(c => c.Title)];

    /// <summary>An entry's cells, before they are made safe and quoted.</summary>
    public static IReadOnlyList<string> CellsOf(LedgerEntry entry) => [.. All.Select(c => c.Text(entry))];
}
