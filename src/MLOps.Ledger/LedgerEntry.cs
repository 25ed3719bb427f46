namespace MLOps.Ledger;

/// <summary>One record of the ledger. Records are only ever added; what becomes of an intent is a later record that names it.</summary>
public sealed record LedgerEntry
{
    /// <summary>The version of the form that entries are written in today.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of the form that this entry's hash is made by.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>1, 2, 3… without a gap.</summary>
    public required long Sequence { get; init; }

    /// <summary>The <see cref="Hash"/> of the entry before; 64 zeros for the first.</summary>
    public required string PreviousHash { get; init; }

    /// <summary>When it was written, by the clock of the portal, in UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>One of <see cref="EntryType"/>.</summary>
    public required string Type { get; init; }

    /// <summary>What it is about, in one word: <c>approve</c>, <c>reject</c>, <c>vote</c>, <c>override</c>, <c>start</c>, <c>delete</c>…</summary>
    public required string Kind { get; init; }

    /// <summary>What it was done to: <c>pipeline iris-model-pipeline</c>.</summary>
    public string Object { get; init; } = "";

    /// <summary>The name of the cloud connection; empty where none is concerned.</summary>
    public string Connection { get; init; } = "";

    /// <summary>The person's id, as the portal or the identity provider knows them.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The person's name as others saw it then.</summary>
    public string Name { get; init; } = "";

    /// <summary>The reason that the person gave.</summary>
    public string Why { get; init; } = "";

    /// <summary>SHA-256 of the evidence that the person looked at, 64 hex digits; empty where there was none.</summary>
    public string Evidence { get; init; } = "";

    /// <summary>For an outcome: the sequence of its intent. Else 0.</summary>
    public long Of { get; init; }

    /// <summary>For an outcome: one of <see cref="EntryResult"/>. Else empty.</summary>
    public string Result { get; init; } = "";

    /// <summary>What nobody else may do at the same time, such as answering this very approval; empty where it does not matter.</summary>
    public string Claim { get; init; } = "";

    /// <summary>The run of the portal that wrote it.</summary>
    public string Instance { get; init; } = "";

    /// <summary>The calls that changed something, with AWS's request id: <c>CodePipeline PutApprovalResult 200 4f1c…</c>.</summary>
    public IReadOnlyList<string> Requests { get; init; } = [];

    /// <summary>What else is worth keeping, by name.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();

    /// <summary>SHA-256 over the canonical form of all of the above: 64 lower-case hex digits.</summary>
    public string Hash { get; init; } = "";
}

/// <summary>What an entry is.</summary>
public static class EntryType
{
    /// <summary>Written before a call: from here on it may happen.</summary>
    public const string Intent = "intent";

    /// <summary>Written after it: what became of the intent.</summary>
    public const string Outcome = "outcome";

    /// <summary>Complete in itself: a vote, or something that was found.</summary>
    public const string Fact = "fact";
}

/// <summary>What became of an intent. A later outcome of the same intent is better informed than an earlier one.</summary>
public static class EntryResult
{
    /// <summary>The cloud did it.</summary>
    public const string Happened = "happened";

    /// <summary>The cloud, or the portal on the way to it, said no.</summary>
    public const string Refused = "refused";

    /// <summary>There was no answer: it is being looked up.</summary>
    public const string Lost = "lost";

    /// <summary>It was looked up, and has not happened.</summary>
    public const string Absent = "absent";

    /// <summary>It was looked up, and cannot be told.</summary>
    public const string Unclear = "unclear";
}
