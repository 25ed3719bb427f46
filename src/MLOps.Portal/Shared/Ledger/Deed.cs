namespace MLOps.Portal.Shared.Ledger;

/// <summary>What a person is about to do, as the ledger keeps it.</summary>
/// <param name="What">A verb and what it is done to: <c>start pipeline iris-model-pipeline</c>.</param>
public sealed record Deed(string What)
{
    private const string RollBack = "roll back";

    /// <summary>The verb, by which the ledger is filtered; <c>roll back</c> is one.</summary>
    public string Kind { get; init; } = What[..VerbOf(What)].Replace(" ", "", StringComparison.Ordinal);

    /// <summary>What it is done to.</summary>
    public string Object { get; init; } = What[VerbOf(What)..].TrimStart();

    /// <summary>Whether it only looks: then the ledger is not for it.</summary>
    public bool IsLook { get; init; }

    /// <summary>The cloud connection; where it is empty, the one that the page looks at.</summary>
    public string Connection { get; init; } = "";

    /// <summary>Why, in the person's words.</summary>
    public string Why { get; init; } = "";

    /// <summary>SHA-256 of the evidence that the person looked at.</summary>
    public string Evidence { get; init; } = "";

    /// <summary>What only one may do at a time; see <see cref="Claims"/>.</summary>
    public string Claim { get; init; } = "";

    /// <summary>What it takes to find out later whether it happened, and what else is worth keeping.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();

    /// <summary>The same with more details; empty values are left out.</summary>
    public Deed With(params (string Name, string Value)[] details) =>
        this with { Details = Details.Concat(details.Where(d => d.Value.Length > 0).Select(d => KeyValuePair.Create(d.Name, d.Value))).ToDictionary() };

    public static implicit operator Deed(string what) => new(what);

    public static Deed FromString(string what) => new(what);

    private static int VerbOf(string what) => what.StartsWith(RollBack, StringComparison.Ordinal) ? RollBack.Length : what.IndexOf(' ', StringComparison.Ordinal) is var end and > 0 ? end : what.Length;
}
