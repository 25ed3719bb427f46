using MLOps.Ledger;

namespace MLOps.Portal.Shared.Ledger;

/// <summary>What became of an intent.</summary>
/// <param name="Result">One of <see cref="EntryResult"/>.</param>
/// <param name="Note">In words, such as what the cloud said.</param>
public sealed record Finding(string Result, string Note = "")
{
    public static Finding Happened(string note = "") => new(EntryResult.Happened, note);

    public static Finding Refused(string note) => new(EntryResult.Refused, note);

    public static Finding Absent(string note) => new(EntryResult.Absent, note);

    public static Finding Unclear(string note) => new(EntryResult.Unclear, note);
}

/// <summary>Finds out in the cloud what became of an intent whose outcome is not known. It never repeats the call.</summary>
public interface IReconciler
{
    /// <summary>The verbs of the intents that it can look up.</summary>
    IReadOnlyCollection<string> Kinds { get; }

    /// <summary>Looks it up; null where this one knows no way.</summary>
    /// <exception cref="Cloud.Faults.CloudException">The cloud could not be asked: it is asked again later.</exception>
    Task<Finding?> LookAsync(LedgerEntry intent, CancellationToken cancelled);

    /// <summary>Is called after the outcome is on record, also where it was found at once.</summary>
    Task SettledAsync(LedgerEntry intent, Finding finding, CancellationToken cancelled) => Task.CompletedTask;
}
