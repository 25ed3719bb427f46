using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Validation;

/// <summary>One constraint that an input breaks.</summary>
/// <param name="Root">The member of the operation's input that it lies in.</param>
/// <param name="Shape">The shape whose constraint it is.</param>
/// <param name="Value">The value as messages repeat it, with quotes; <c>null</c> where it is missing.</param>
internal sealed record Violation(ApiMember Root, ApiShape Shape, string Path, string Value, string Constraint)
{
    public const string NotNull = "Member must not be null";

    public const string UniqueTagKeys = "Tag keys must be unique";

    public bool IsMissing => Constraint == NotNull;

    public override string ToString() => $"Value {Value} at '{Path}' failed to satisfy constraint: {Constraint}";
}

/// <summary>What an input breaks, in the order found. All are counted; as many as a message can hold are worded.</summary>
internal sealed class Violations
{
    private const int Worded = 10;
    private readonly List<Violation> kept = [];

    public int Count { get; private set; }

    public Violation First => kept[0];

    public Violation? Missing => kept.FirstOrDefault(v => v.IsMissing);

    public void Add(Violation violation)
    {
        Count++;
        if (kept.Count < Worded)
            kept.Add(violation);
    }

    public override string ToString() =>
        $"{Count} validation error{(Count == 1 ? "" : "s")} detected: {string.Join("; ", kept)}";
}
