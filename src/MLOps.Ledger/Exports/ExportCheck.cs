using System.Text;

namespace MLOps.Ledger.Exports;

/// <summary>What a check of an export came to.</summary>
/// <param name="Entries">How many entries from the first on are good.</param>
/// <param name="Head">The hash of the last good one.</param>
/// <param name="Fault">Where the chain is broken first; null where it is whole.</param>
/// <param name="AfterKnownHead">How many entries follow the head that was given; null where none was.</param>
public sealed record ExportReport(long Entries, string Head, ChainFault? Fault, long? AfterKnownHead = null);

/// <summary>Checks a whole export, JSON lines or CSV, from the first entry on.</summary>
public static class ExportCheck
{
    /// <param name="knownHead">A hash that was noted earlier: the export must hold the entry that has it.</param>
    public static ExportReport Check(Stream export, string? knownHead = null)
    {
        // What is not UTF-8 is a fault, not a question mark.
        using var text = new StreamReader(export, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        var check = new ChainCheck();
        long? known = null;
        ChainFault? fault = null;
        try
        {
            using var entries = Read(text).GetEnumerator();
            while (fault is null && entries.MoveNext())
            {
                var entry = entries.Current;
                fault = check.Take(entry);
                if (fault is not null && entry.Sequence == check.Verified + 2 && entries.MoveNext() && entries.Current.Sequence == check.Verified + 1)
                    fault = new ChainFault(check.Verified + 1, $"Entries {check.Verified + 1} and {check.Verified + 2} are swapped.");
                if (fault is null && entry.Hash == knownHead)
                    known = entry.Sequence;
            }
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            fault = new ChainFault(check.Verified + 1, $"Entry {check.Verified + 1} was changed: {(e is FormatException ? e.Message : "It holds bytes that are no text.")}");
        }
        if (fault is null && knownHead is not null && known is null)
            fault = new ChainFault(check.Verified + 1, $"The known head is not there: entries behind {check.Verified} were cut off, or the chain was written anew.");
        return new ExportReport(check.Verified, check.Head, fault, known is null ? null : check.Verified - known);
    }

    private static IEnumerable<LedgerEntry> Read(TextReader text) => text.Peek() == '{' ? Lines(text) : Rows(text);

    private static IEnumerable<LedgerEntry> Lines(TextReader text)
    {
        // By hand: what else ends a line for a reader may be a byte that was changed.
        var line = new StringBuilder();
        for (var next = text.Read(); next >= 0; next = text.Read())
        {
            if (next != '\n')
            {
                line.Append((char)next);
                continue;
            }
            yield return EntryForm.Read(line.ToString());
            line.Clear();
        }
        if (line.Length > 0)
            throw new FormatException("Its line has no end.");
    }

    private static IEnumerable<LedgerEntry> Rows(TextReader text)
    {
        if (text.Peek() == '\uFEFF')
            text.Read();
        var isHead = true;
        foreach (var cells in CsvRows.Read(text))
        {
            if (isHead)
            {
                if (!cells.SequenceEqual(CsvColumns.Titles))
                    throw new FormatException("The file is no export of the ledger: its head line is another one.");
                isHead = false;
                continue;
            }
            if (cells.Count != CsvColumns.Titles.Count)
                throw new FormatException($"The row has {cells.Count} cells in place of {CsvColumns.Titles.Count}.");
            var entry = EntryForm.Read(cells[^1]);
            var expected = CsvColumns.CellsOf(entry);
            for (var i = 0; i < expected.Count; i++)
            {
                // An apostrophe in front keeps spreadsheets from running a cell.
                if (cells[i] != expected[i] && cells[i] != "'" + expected[i])
                    throw new FormatException($"Its column '{CsvColumns.Titles[i]}' says something else than the entry itself.");
            }
            yield return entry;
        }
        if (isHead)
            throw new FormatException("The file is empty.");
    }
}
