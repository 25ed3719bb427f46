using System.Globalization;
using System.Security.Claims;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Promotion;
using MLOps.Portal.Features.Approvals.Gates;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Approvals.Promotion;

/// <summary>
/// Changes what production serves: reads the state again, refuses when it is not what the person looked at, holds to the gate, writes
/// the change down, and tells the cloud. More traffic for a challenger takes everything that its approval takes; taking traffic back, or going
/// back to an earlier production, takes a person whom the gate names and, where it asks for that, a fresh proof of who they are.
/// </summary>
internal sealed partial class PromotionService(
    PromotionReader reader, GateCheck gates, ChangeStore changes, PromotionVotes votes, ChangeWatch watch, Recorder recorder, IEndpointCommands endpoints, IProductionCommands production,
    IPipelineCommands pipelines, IInventory<EndpointSummary> inventory, ILogger<PromotionService> logger)
{
    /// <summary>What a person writes about it.</summary>
    public const int MaxReason = 400;

    public async Task<SignOffResult> ActAsync(ClaimsPrincipal person, string connection, string endpoint, PromotionForm form, CancellationToken cancelled)
    {
        PromotionState state;
        try
        {
            state = await reader.ReadNowAsync(connection, endpoint, person, cancelled);
        }
        catch (CloudException refused)
        {
            return new SignOffResult.Unanswered(refused.Fault, WasTold: false);
        }
        if (!await gates.HoldsAsync(person))
        {
            Log.NotAllowed(logger, person.Identity?.Name, endpoint);
            return new SignOffResult.Refused([GateCheck.NotHeld], IsPersonal: true);
        }
        if (!state.Gate.Person.IsApprover)
        {
            Log.NotAllowed(logger, person.Identity?.Name, endpoint);
            return new SignOffResult.Refused([state.Gate.Person.WhyNot(state.Gate.Gate)], IsPersonal: true);
        }
        if (form.Reason.Length > MaxReason)
            return new SignOffResult.Incomplete($"The reason has {form.Reason.Length} characters; at most {MaxReason} fit.");
        if (Changes(form.Seen, state.Seen) is { Count: > 0 } moved)
            return new SignOffResult.Changed(moved);
        if (!state.IsSteady)
            return new SignOffResult.Refused([$"{endpoint} is being changed ({Words.OfStatus(state.Endpoint.Status).ToLowerInvariant()}). It takes another change when that has ended."], IsPersonal: false);
        var change = New(state, form);
        return form.Act switch
        {
            PromotionForm.Shift => await ShiftAsync(person, state, form, change, form.SharesOf(state.Shares)),
            PromotionForm.All when state.Shares.All.Any(s => s.Key == form.About) => await ShiftAsync(person, state, form, change, state.Shares.AllTo(form.About)),
            PromotionForm.Agree => await AgreeAsync(person, state, form, change, cancelled),
            PromotionForm.Rollback => await RollBackAsync(person, state, form, change),
            PromotionForm.Configuration => await UseAsync(person, state, form, change),
            _ => new SignOffResult.Incomplete("The form did not say what to do."),
        };
    }

    private async Task<SignOffResult> AgreeAsync(ClaimsPrincipal person, PromotionState state, PromotionForm form, TrafficChange change, CancellationToken cancelled)
    {
        var asked = await changes.VotesAsync(state.Connection, state.Endpoint.Name, state.Seen, state.EvidenceDigest, cancelled);
        return long.TryParse(form.About, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && asked.FirstOrDefault(v => v.Id == id) is { } vote
            ? await ShiftAsync(person, state, form, change, Shares.Read(vote.After))
            : new SignOffResult.Changed(["What you agree to was asked for under other circumstances."]);
    }

    private async Task<SignOffResult> ShiftAsync(ClaimsPrincipal person, PromotionState state, PromotionForm form, TrafficChange change, Shares after)
    {
        if (after.Fault() is { } fault)
            return new SignOffResult.Incomplete(fault);
        if (after.Equal(state.Shares))
            return new SignOffResult.Incomplete($"That is how the traffic is shared now: {after.Words}.");
        change.After = after.ToJson();
        if (!state.IsPromotion(after))
            return NoProof(state) ?? await TellAsync(person, state, change, PromotionLedger.Shift, $"traffic of {change.Endpoint}: {after.Words}", () => WeighAsync(change, after));
        if (EvidenceChanges(form, state) is { Count: > 0 } moved)
            return new SignOffResult.Changed(moved);
        if (Refusal(state, form) is { } refusal)
            return refusal;
        change.EvidenceDigest = state.EvidenceDigest;
        if (state.Blocks.Count > 0)
            change.Reason = $"Override ({string.Join("; ", state.Blocks)}): {form.OverrideReason}{(change.Reason.Length > 0 ? $". {change.Reason}" : "")}";
        try
        {
            if (state.Gate.Gate.Votes > 1 && await VoteAsync(person, state, change, after) is { } waits)
                return waits;
        }
        catch (LedgerUnavailableException missing)
        {
            return new SignOffResult.Unrecorded(missing.Message);
        }
        return await TellAsync(person, state, change, PromotionLedger.Promote, $"traffic of {change.Endpoint}: {after.Words}", () => WeighAsync(change, after));
    }

    /// <summary>Adds the person's vote; null where it is the last one that the gate asks for, so that the cloud is to be told.</summary>
    private async Task<SignOffResult?> VoteAsync(ClaimsPrincipal person, PromotionState state, TrafficChange change, Shares after)
    {
        var needed = state.Gate.Gate.Votes;
        var count = await votes.CountAsync(state, after);
        var voted = count.Has(person.Id());
        if (!voted)
        {
            var what = $"traffic of {change.Endpoint}: {after.Words}";
            try
            {
                await recorder.NoteAsync(person, PromotionLedger.Deed(LedgerKind.Vote, change, state.Gate, what) with { Claim = await votes.ClaimAsync(state, after) });
            }
            catch (ClaimedException)
            {
                // A second click of the same person; what counts is counted below.
            }
            Log.Does(logger, person.Identity?.Name, LedgerKind.Vote, what);
            // Counted anew: somebody may have voted at the same time, and one of the two must go on.
            count = await votes.CountAsync(state, after);
            if (!count.Has(person.Id()))
                return new SignOffResult.Refused([$"Your agreement does not count: {string.Join(" ", count.Dropped.Where(d => d.Vote.Subject == person.Id()).Select(d => $"{d.Vote.Name} {d.Why}."))}"], IsPersonal: true);
        }
        if (count.Counted.Count >= needed)
            return null;
        // The list of changes shows it to the others; an abrupt end may have come between the two.
        if (!(await changes.VotesAsync(change.Connection, change.Endpoint, state.Seen, state.EvidenceDigest, CancellationToken.None)).Any(v => v.UserId == person.Id() && Shares.Read(v.After).Equal(after)))
            await changes.VoteAsync(change, person);
        else if (voted)
            return new SignOffResult.Refused([$"You agreed to this already. {needed} different people must; {count.Counted.Count} {(count.Counted.Count == 1 ? "has" : "have")}."], IsPersonal: true);
        return new SignOffResult.Settled();
    }

    private async Task<SignOffResult> RollBackAsync(ClaimsPrincipal person, PromotionState state, PromotionForm form, TrafficChange change)
    {
        if (state.History.Earlier.All(e => e.Id != form.About))
            return new SignOffResult.Changed([$"Execution {form.About} is none that {state.History.Stage} can go back to any more."]);
        (change.Kind, change.Target) = (ChangeKind.Rollback, form.About);
        if (state.SharesBefore(form.About) is { All.Count: > 0 } served)
            change.After = served.ToJson();
        return NoProof(state) ?? await TellAsync(person, state, change, PromotionLedger.Rollback, $"{change.Endpoint} to execution {form.About}, by {state.History.Stage} of {state.History.Pipeline}", async () =>
            await changes.StartedAsync(change.Id, await pipelines.RollbackStageAsync(state.Connection, state.History.Pipeline, state.History.Stage, form.About, CancellationToken.None)));
    }

    private async Task<SignOffResult> UseAsync(ClaimsPrincipal person, PromotionState state, PromotionForm form, TrafficChange change)
    {
        if (state.Configs.All(c => c.Name != form.About))
            return new SignOffResult.Changed([$"Configuration {form.About} is not there any more, or never served here."]);
        (change.Kind, change.Target) = (ChangeKind.Configuration, form.About);
        return NoProof(state) ?? await TellAsync(person, state, change, PromotionLedger.Rollback, $"{change.Endpoint} to configuration {form.About}",
            () => production.UseConfigAsync(state.Connection, change.Endpoint, form.About, CancellationToken.None));
    }

    private Task WeighAsync(TrafficChange change, Shares after) => endpoints.UpdateWeightsAsync(change.Connection, change.Endpoint, after.ToWeights(), CancellationToken.None);

    // From here on a browser that goes away changes nothing: what was begun is brought to its end.
    private async Task<SignOffResult> TellAsync(ClaimsPrincipal person, PromotionState state, TrafficChange change, string kind, string what, Func<Task> tell)
    {
        if (!await changes.BeginAsync(change, person))
            return new SignOffResult.Refused(["Somebody else has just begun to change this endpoint. Look again when that has ended."], IsPersonal: false);
        try
        {
            // Whoever was quicker has ended meanwhile: what was looked at is looked at once more, now that nobody else can begin.
            await inventory.RefreshAsync(change.Connection, change.Endpoint, CancellationToken.None);
            if (inventory.Current(change.Connection).Items.FirstOrDefault(e => e.Name == change.Endpoint) is not { } now || Changes(state.Seen, PromotionState.SeenOf(now)) is { Count: > 0 })
            {
                await changes.EndAsync(change.Id, ChangeStore.Refused, "Somebody else was quicker.", change.AskedAt);
                return new SignOffResult.Changed(["Somebody else has just changed this endpoint."]);
            }
            Log.Does(logger, person.Identity?.Name, kind, what);
            await recorder.RunAsync(person, PromotionLedger.Deed(kind, change, state.Gate, what), async () =>
            {
                await tell();
                return true;
            });
            return new SignOffResult.Settled();
        }
        catch (LedgerUnavailableException missing)
        {
            await changes.EndAsync(change.Id, ChangeStore.Refused, missing.Message, change.AskedAt);
            return new SignOffResult.Unrecorded(missing.Message);
        }
        catch (CloudException refused) when (refused.Fault.Kind is not (CloudFaultKind.Unreachable or CloudFaultKind.ServiceFailure))
        {
            await changes.EndAsync(change.Id, ChangeStore.Refused, refused.Fault.Message, change.AskedAt);
            return new SignOffResult.Unanswered(refused.Fault, WasTold: false);
        }
        catch (CloudException lost)
        {
            // It may have come through: the watch finds out.
            return new SignOffResult.Unanswered(lost.Fault, WasTold: true);
        }
        finally
        {
            watch.Look();
        }
    }

    private static SignOffResult.Refused? NoProof(PromotionState state) =>
        state.Gate.Person.NeedsProof ? new SignOffResult.Refused([state.Gate.Person.Proof], IsPersonal: true, Proof: state.Gate.Gate) : null;

    /// <summary>Why the gate does not take this promotion of this person; null where it does.</summary>
    private static SignOffResult.Refused? Refusal(PromotionState state, PromotionForm form)
    {
        if (state.Gate.Person.IsRequester)
            return new SignOffResult.Refused(["You asked for this candidate, so somebody else promotes it. You can take it back."], IsPersonal: true);
        if (NoProof(state) is { } proof)
            return proof;
        if (state.Blocks.Count == 0)
            return null;
        if (!state.Gate.Person.MayOverride || !form.Override)
            return new SignOffResult.Refused(state.Blocks, IsPersonal: false);
        return form.OverrideReason.Length is >= SignOffForm.LeastReason and <= SignOffForm.MaxComment ? null
            : new SignOffResult.Refused([$"An override needs a reason of {SignOffForm.LeastReason} to {SignOffForm.MaxComment} characters: it is kept for those who ask later."], IsPersonal: false);
    }

    private static List<string> Changes(string seen, string now) => seen == now ? []
        : (JsonDifference.Between(seen, now) ?? []) is { Count: > 0 } differences ? [.. differences.Select(d => $"{d.Path}: {d.Before ?? "not there"} became {d.After ?? "nothing"}")]
        : ["The endpoint is not as the page showed it."];

    private static List<string> EvidenceChanges(PromotionForm form, PromotionState state)
    {
        if (state.Gathered is { IsComplete: false })
            return ["The challenger's evidence is measured anew."];
        return form.EvidenceDigest == state.EvidenceDigest ? [] : Changes(form.Evidence, state.Gathered?.Canonical ?? "{}");
    }

    private static TrafficChange New(PromotionState state, PromotionForm form) => new()
    {
        Connection = state.Connection, Endpoint = state.Endpoint.Name, Kind = ChangeKind.Shift, Pipeline = state.History.Pipeline, Stage = state.History.Stage,
        Before = state.Shares.ToJson(), After = "", Target = "", Reason = form.Reason, Seen = state.Seen, EvidenceDigest = "", UserId = "", UserName = "", AskedAt = default,
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{User}: {Kind} {What}")]
        public static partial void Does(ILogger logger, string? user, string kind, string what);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Refused: {User} may not change what {Endpoint} serves")]
        public static partial void NotAllowed(ILogger logger, string? user, string endpoint);
    }
}
