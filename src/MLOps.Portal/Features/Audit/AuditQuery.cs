namespace MLOps.Portal.Features.Audit;

/// <summary>What the page is asked for; empty texts ask for all.</summary>
/// <param name="Text">Somewhere in what was done, by whom, why, by which evidence or request.</param>
/// <param name="Person">The name as the ledger holds it.</param>
/// <param name="Result">One of <see cref="MLOps.Ledger.EntryResult"/>, or <see cref="Open"/>.</param>
/// <param name="From">The first day, in UTC.</param>
/// <param name="To">The last day, in UTC.</param>
public sealed record AuditQuery(string Text = "", string Kind = "", string Person = "", string Result = "", DateOnly? From = null, DateOnly? To = null)
{
    /// <summary>Asks for intents without an outcome.</summary>
    public const string Open = "open";

    public bool IsEmpty => this == new AuditQuery();
}

/// <summary>One thing that was done, with what became of it.</summary>
/// <param name="Entry">An intent or a fact.</param>
/// <param name="Outcome">The last outcome of the intent; null where there is none.</param>
public sealed record AuditRow(Ledger.LedgerEntry Entry, Ledger.LedgerEntry? Outcome);

/// <summary>A part of the ledger.</summary>
/// <param name="Rows">Newest first, at most <see cref="AuditReader.Most"/>.</param>
/// <param name="Total">How many fit.</param>
public sealed record AuditRows(IReadOnlyList<AuditRow> Rows, int Total);

/// <summary>What there is to filter by.</summary>
public sealed record AuditChoices(IReadOnlyList<string> Kinds, IReadOnlyList<string> People);
