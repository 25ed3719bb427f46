using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Tables;

namespace MLOps.Portal.Features.Audit;

/// <summary>The columns of the list, and the words for what became of things.</summary>
internal static class AuditTable
{
    public static readonly TableShape<AuditRow> Shape = new("audit",
        new("seq", "No.", r => $"{r.Entry.Sequence}") { By = r => r.Entry.Sequence, Class = "num", Always = true },
        new("at", "When", r => CsvText.Of(r.Entry.At)) { By = r => r.Entry.At },
        new("who", "Who", r => r.Entry.Name) { By = r => r.Entry.Name },
        new("kind", "Did", r => r.Entry.Kind) { By = r => r.Entry.Kind },
        new("object", "To", r => r.Entry.Object) { By = r => r.Entry.Object },
        new("why", "Why", r => r.Entry.Why),
        new("result", "Result", r => WordOf(r)) { By = r => WordOf(r) },
        new("evidence", "Evidence", r => r.Entry.Evidence),
        new("cloud", "Cloud", r => r.Entry.Connection) { By = r => r.Entry.Connection });

    public static readonly IReadOnlyList<(string Value, string Title)> Results =
    [
        (EntryResult.Happened, "Done"), (EntryResult.Refused, "Refused"), (EntryResult.Absent, "Did not happen"), (EntryResult.Lost, "No answer"), (EntryResult.Unclear, "Unclear"), (AuditQuery.Open, "Under way"),
    ];

    /// <summary>What became of it, for people.</summary>
    public static string WordOf(AuditRow row) => row.Entry switch
    {
        { Kind: LedgerKind.Outside } => "Outside the portal",
        { Type: EntryType.Fact } => "On record",
        _ => WordOf(row.Outcome?.Result ?? AuditQuery.Open),
    };

    public static string WordOf(string result) => Results.FirstOrDefault(r => r.Value == result).Title ?? result;

    /// <summary>The status word that has its colour and icon.</summary>
    public static string StatusOf(AuditRow row) => row.Entry.Kind == LedgerKind.Outside ? Cloud.Values.Status.AwaitsApproval
        : row.Entry.Type == EntryType.Fact ? "Succeeded" : StatusOf(row.Outcome?.Result ?? AuditQuery.Open);

    public static string StatusOf(string result) => result switch
    {
        EntryResult.Happened => "Succeeded",
        EntryResult.Refused => "Failed",
        EntryResult.Absent => "Stopped",
        AuditQuery.Open or EntryResult.Lost => "InProgress",
        _ => "Unknown",
    };
}
