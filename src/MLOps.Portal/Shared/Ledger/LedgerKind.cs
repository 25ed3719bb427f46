namespace MLOps.Portal.Shared.Ledger;

/// <summary>Verbs of the ledger that more than one place knows.</summary>
public static class LedgerKind
{
    /// <summary>The ledger's first entry.</summary>
    public const string Begin = "begin";

    public const string Approve = "approve";

    public const string Reject = "reject";

    /// <summary>An approval that sets the gate's rules or a freeze aside.</summary>
    public const string Override = "override";

    /// <summary>One of several approvals that a gate asks for.</summary>
    public const string Vote = "vote";

    /// <summary>A change of an account of the portal: who may sign in, how, and with which rights.</summary>
    public const string Account = "account";

    /// <summary>An approval that was answered without the portal.</summary>
    public const string Outside = "outside";
}
