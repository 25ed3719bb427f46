using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Approvals.Gates;

/// <summary>What the gate says about the person who looks.</summary>
/// <param name="IsApprover">Whether the gate names the person, by role, group or name.</param>
/// <param name="IsRequester">Whether the person asked for this, and the gate keeps those out.</param>
/// <param name="NeedsProof">Whether the person must prove again who they are; <paramref name="Proof"/> says how.</param>
/// <param name="MayOverride">Whether the person may set rules and freezes aside: administrators.</param>
public sealed record PersonStanding(bool IsApprover, bool IsRequester, bool NeedsProof, string Proof, bool MayOverride)
{
    /// <summary>Why the person cannot approve; empty where nothing is in the way.</summary>
    public string WhyNot(Gate gate) =>
        !IsApprover ? $"This gate is for {gate.Approvers}."
        : IsRequester ? "You asked for this candidate, so somebody else approves it. You can reject it."
        : "";
}

/// <summary>How a gate stands for one candidate and one person.</summary>
/// <param name="Frozen">The freeze that holds now; null where none does.</param>
public sealed record GateStanding(Gate Gate, IReadOnlyList<RuleResult> Rules, FreezeWindow? Frozen, DateTimeOffset? FrozenUntil, Requesters Requesters, PersonStanding Person)
{
    /// <summary>What an administrator would set aside by an override; empty where all is well.</summary>
    public IReadOnlyList<string> Blocks =>
    [
        .. Rules.Where(r => r.State is RuleState.Failed or RuleState.Pending).Select(r => $"{r.Rule}: {r.Why}"),
        .. Frozen is null ? Enumerable.Empty<string>() : [$"Frozen until {Words.Exact(FrozenUntil!.Value)}{(Frozen.Reason.Length > 0 ? $": {Frozen.Reason}" : "")}"],
    ];
}
