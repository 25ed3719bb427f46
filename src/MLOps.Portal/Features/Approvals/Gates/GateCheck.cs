using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using MLOps.Cloud.Values;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Approvals.Gathering;
using MLOps.Portal.Shared.Security;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Approvals.Gates;

/// <summary>Says how a gate stands: the same answer for the page that shows it and for the server that holds to it.</summary>
public sealed class GateCheck(GateBook gates, UserManager<PortalUser> users, TimeProvider time)
{
    /// <summary>The rules of an approval.</summary>
    public Gate Of(string pipeline, string action) => gates.For(pipeline, action);

    /// <summary>Whether the gate names the person at all; whether they may approve this very candidate is for <see cref="CheckAsync"/>.</summary>
    public bool MayDecide(string pipeline, string action, ClaimsPrincipal person) => IsApprover(gates.For(pipeline, action), person);

    /// <param name="gathered">The evidence; null where nobody knows which execution brought what is judged: then no rule holds.</param>
    public async Task<GateStanding> CheckAsync(string pipeline, string action, GatheredEvidence? gathered, ClaimsPrincipal person)
    {
        var gate = gates.For(pipeline, action);
        var measures = gathered?.Evidence is { } evidence ? new Measures(evidence, gathered.Cases, gathered.CasesPart) : null;
        var requesters = gathered?.Evidence is { } asked ? Requesters.Of(asked) : new Requesters([]);
        var now = time.GetUtcNow();
        var frozen = gate.Freeze.Select(f => (Window: f, Until: f.Until(now))).Where(f => f.Until is not null).OrderByDescending(f => f.Until).FirstOrDefault();
        return new GateStanding(gate, [.. gate.Rules.Select(r => measures is null ? new RuleResult(r, RuleState.Failed, "There is no evidence to measure it by.") : r.Check(measures))], frozen.Window, frozen.Until, requesters, await PersonAsync(gate, person, requesters, now));
    }

    /// <summary>What the gate says about a person, without a candidate.</summary>
    public async Task<PersonStanding> PersonAsync(Gate gate, ClaimsPrincipal person, Requesters requesters, DateTimeOffset now)
    {
        var proof = await ProofAsync(gate, person, now);
        return new PersonStanding(IsApprover(gate, person), gate.ExcludeRequester && requesters.Include(person), proof.Length > 0, proof, person.IsInRole(Roles.Admin));
    }

    /// <summary>Why somebody may do nothing whose account is another one by now.</summary>
    public const string NotHeld = "Your account was closed or changed just now. Sign in again.";

    /// <summary>Whether the account stands as it did when the person signed in. Asked anew, not from what sessions remember for some seconds.</summary>
    public async Task<bool> HoldsAsync(ClaimsPrincipal person) =>
        await users.GetUserAsync(person) is { IsDisabled: false } user && person.FindFirstValue(users.Options.ClaimsIdentity.SecurityStampClaimType) == user.SecurityStamp;

    /// <summary>Whether a gate names the person by role, group or name.</summary>
    internal static bool IsApprover(Gate gate, ClaimsPrincipal person) =>
        gate.Roles.Any(person.IsInRole)
        || gate.Groups.Any(g => person.HasClaim(Person.GroupClaim, g))
        || gate.People.Any(p => string.Equals(p, person.Identity?.Name, StringComparison.OrdinalIgnoreCase) || string.Equals(p, person.FindFirstValue(ClaimTypes.Email), StringComparison.OrdinalIgnoreCase));

    private async Task<string> ProofAsync(Gate gate, ClaimsPrincipal person, DateTimeOffset now)
    {
        if (gate.FreshSignIn is { } age && !(person.ProvedAt() is { } at && now - at <= age))
            return $"This gate asks that you signed in within the last {Words.Count((int)age.TotalMinutes, "minute")}.";
        if (gate.Passkey && !person.HasClaim(Person.WayClaim, Person.PasskeyWay) && users.SupportsUserPasskey
            && await users.GetUserAsync(person) is { } user && (await users.GetPasskeysAsync(user)).Count > 0)
            return "This gate asks for your passkey.";
        return "";
    }
}
