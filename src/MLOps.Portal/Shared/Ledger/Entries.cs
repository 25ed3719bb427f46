using System.Security.Claims;
using MLOps.Ledger;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Shared.Ledger;

/// <summary>Makes entries that are not yet placed in the chain.</summary>
public static class Entries
{
    public static LedgerEntry Intent(ClaimsPrincipal person, Deed deed) => New(EntryType.Intent, deed.Kind) with
    {
        Object = deed.Object, Connection = deed.Connection, Subject = person.Id(), Name = person.FullName(), Why = deed.Why, Evidence = deed.Evidence,
        Claim = deed.Claim, Details = deed.Details,
    };

    /// <summary>What became of an intent. It repeats who did what, so that each line can be read alone.</summary>
    public static LedgerEntry Outcome(LedgerEntry intent, Finding finding) => New(EntryType.Outcome, intent.Kind) with
    {
        Object = intent.Object, Connection = intent.Connection, Subject = intent.Subject, Name = intent.Name, Evidence = intent.Evidence, Claim = intent.Claim,
        Of = intent.Sequence, Result = finding.Result, Details = finding.Note.Length == 0 ? new Dictionary<string, string>() : new Dictionary<string, string> { ["note"] = finding.Note },
    };

    /// <summary>Something that the portal itself found.</summary>
    public static LedgerEntry Fact(string kind, string claim) => New(EntryType.Fact, kind) with { Claim = claim };

    private static LedgerEntry New(string type, string kind) => new() { Sequence = 0, PreviousHash = "", At = default, Type = type, Kind = kind };
}
