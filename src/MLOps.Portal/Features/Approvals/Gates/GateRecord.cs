using System.Security.Cryptography;
using System.Text;

namespace MLOps.Portal.Features.Approvals.Gates;

/// <summary>A gate as the ledger keeps it with each decision: under which rules it was made, and how they came out.</summary>
public static class GateRecord
{
    /// <summary>The name of the detail that tells two sets of rules apart.</summary>
    public const string Digest = Shared.Ledger.Claims.Rules;

    /// <summary>The details of a decision.</summary>
    public static (string Name, string Value)[] Of(GateStanding standing) =>
    [
        ("gate", standing.Gate.Name), (Digest, DigestOf(standing.Gate)), ("gate rules", TextOf(standing.Gate)),
        ("gate results", string.Join('\n', standing.Rules.Select(r => $"{r.Rule}: {r.State} ({r.Why})"))),
    ];

    /// <summary>SHA-256 over <see cref="TextOf"/>: 64 lower-case hex digits. The same rules have the same, whatever the gate is called.</summary>
    public static string DigestOf(Gate gate) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(TextOf(gate))));

    /// <summary>Every rule of a gate, one a line.</summary>
    public static string TextOf(Gate gate) => string.Join('\n',
    [
        $"may approve: {gate.Approvers}",
        $"people who must: {gate.Votes}",
        $"who asked: {(gate.ExcludeRequester ? "may not" : "may")}",
        $"sign-in: {(gate.FreshSignIn is { } age ? $"at most {age.TotalMinutes:0} minutes old" : "of any age")}{(gate.Passkey ? ", by passkey" : "")}",
        $"cases: {(gate.Cases.Length > 0 ? gate.Cases : Gate.UsualCases)}, at most {gate.MostCases}, tolerance {gate.Tolerance.ToString(System.Globalization.CultureInfo.InvariantCulture)}",
        .. gate.Rules.Select(r => $"rule: {r.Text}"),
        .. gate.Freeze.Select(f => $"freeze: {f.Words} {f.Reason}".TrimEnd()),
    ]);
}
