using MLOps.Ledger;

namespace MLOps.Portal.Shared.Ledger;

/// <summary>
/// A claim is what only one may do at a time, across all instances. An intent holds it until an outcome says that the intent did not
/// happen; what happened, or may have, holds it for good.
/// </summary>
public static class Claims
{
    /// <summary>The name of the detail that tells under which rules a vote was cast.</summary>
    public const string Rules = "gate digest";

    /// <summary>Answering an approval of an execution, whatever its token.</summary>
    public static string ApprovalOf(string connection, string pipeline, string stage, string action, string executionId) =>
        $"approval:{connection}/{pipeline}/{stage}/{action}/{executionId}";

    /// <summary>Answering an approval as it was asked: an approval that is asked anew has another token.</summary>
    public static string Approval(string connection, string pipeline, string stage, string action, string executionId, string tokenDigest) =>
        $"{ApprovalOf(connection, pipeline, stage, action, executionId)}#{tokenDigest}";

    /// <summary>The intent that holds the claim; null where it is free.</summary>
    /// <param name="entries">All entries of the claim.</param>
    public static LedgerEntry? Holder(IReadOnlyCollection<LedgerEntry> entries) =>
        entries.Where(e => e.Type == EntryType.Intent).OrderBy(e => e.Sequence)
            .FirstOrDefault(intent => ResultOf(intent, entries) is not (EntryResult.Refused or EntryResult.Absent));

    /// <summary>What became of an intent, as far as is known; empty where nobody has said.</summary>
    public static string ResultOf(LedgerEntry intent, IEnumerable<LedgerEntry> entries) =>
        entries.Where(e => e.Type == EntryType.Outcome && e.Of == intent.Sequence).MaxBy(e => e.Sequence)?.Result ?? "";

    /// <summary>What stands against writing this entry; null where nothing does.</summary>
    public static LedgerEntry? Against(LedgerEntry entry, IReadOnlyCollection<LedgerEntry> entries) => entry.Type switch
    {
        EntryType.Intent => Holder(entries),
        // Each person votes once about the same evidence under the same rules; what is found is written once.
        EntryType.Fact => entries.FirstOrDefault(e => e.Type == EntryType.Fact && e.Kind == entry.Kind && e.Subject == entry.Subject && e.Evidence == entry.Evidence
            && e.Details.GetValueOrDefault(Rules) == entry.Details.GetValueOrDefault(Rules)),
        _ => null,
    };
}
