using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Pipelines;
using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Audit;

/// <summary>An approval action of an execution that has ended.</summary>
internal sealed record EndedApproval(string Connection, string Pipeline, string Stage, string Action, string ExecutionId);

/// <summary>Finds approvals that were answered without the portal, in the console or by a script, and puts them on record as such.</summary>
internal sealed partial class OutsideAnswers(
    IDbContextFactory<LedgerDbContext> databases, ILedger ledger, IApprovalCommands approvals, IPipelineReader pipelines, ILogger<OutsideAnswers> logger)
{
    /// <summary>How far the cloud's time of an answer and the ledger's may be apart, for both to be the same one.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Looks whether the portal gave that answer; puts it on record where it did not. False where that cannot be told yet, because an answer of the
    /// portal's own is not settled.
    /// </summary>
    /// <exception cref="CloudException">The cloud cannot be asked.</exception>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be used.</exception>
    public async Task<bool> CheckAsync(EndedApproval ended, CancellationToken cancelled)
    {
        var standing = await approvals.FindAsync(ended.Connection, ended.Pipeline, ended.Stage, ended.Action, ended.ExecutionId, cancelled);
        if (standing.Outcome is not ApprovalOutcome.AlreadyAnswered answered)
            return true;
        if (await IsOwnAsync(ended, answered, cancelled) is var isOwn && isOwn != false)
            return isOwn is not null;
        var claim = Claims.ApprovalOf(ended.Connection, ended.Pipeline, ended.Stage, ended.Action, ended.ExecutionId);
        try
        {
            await ledger.AppendAsync(Entries.Fact(LedgerKind.Outside, $"{claim}@{answered.At?.UtcTicks ?? 0}") with
            {
                Object = $"{(answered.Approved ? "approval" : "rejection")} of {ended.Pipeline}/{ended.Stage}/{ended.Action} of execution {ended.ExecutionId}",
                Connection = ended.Connection,
                Subject = answered.By,
                Name = answered.By.Length > 0 ? answered.By[(answered.By.LastIndexOf(':') + 1)..] : "",
                Why = answered.Summary,
                Details = new Dictionary<string, string>
                {
                    ["answered"] = answered.At?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) ?? "", ["verdict"] = answered.Approved ? "approved" : "rejected",
                    ["pipeline"] = ended.Pipeline, ["stage"] = ended.Stage, ["action"] = ended.Action, ["execution"] = ended.ExecutionId,
                },
            }, cancelled);
            Log.Found(logger, ended.Pipeline, ended.ExecutionId, answered.By);
        }
        catch (ClaimedException)
        {
            // It is on record; perhaps another instance was quicker.
        }
        return true;
    }

    /// <summary>The approvals of the newest executions that have ended since the ledger began: what happened while the portal was away.</summary>
    public async IAsyncEnumerable<EndedApproval> MissedAsync(string connection, string pipeline, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancelled)
    {
        var begun = await BegunAsync(cancelled);
        foreach (var execution in (await pipelines.ExecutionsAsync(connection, pipeline, cancelled: cancelled)).Items.Where(e => begun is not null && e.Updated >= begun))
        {
            foreach (var action in (await pipelines.ExecutionAsync(connection, pipeline, execution.Id, cancelled)).Actions.Where(a => a is { Category: "Approval", Status: "Succeeded" or "Failed" }))
                yield return new EndedApproval(connection, pipeline, action.Stage, action.Action, execution.Id);
        }
    }

    /// <summary>Whether the ledger holds that answer as the portal's own, or it was given before there was a ledger; null where that is being looked up.</summary>
    private async Task<bool?> IsOwnAsync(EndedApproval ended, ApprovalOutcome.AlreadyAnswered answered, CancellationToken cancelled)
    {
        if (answered.At is { } at && (await BegunAsync(cancelled) is not { } begun || at < begun))
            return true;
        await using var database = await databases.CreateDbContextAsync(cancelled);
        var prefix = Claims.ApprovalOf(ended.Connection, ended.Pipeline, ended.Stage, ended.Action, ended.ExecutionId) + "#";
        var entries = await database.Entries.AsNoTracking().Where(e => e.Claim.StartsWith(prefix)).ToListAsync(cancelled);
        var own = entries.Where(e => e.Type == EntryType.Intent && (e.Kind != LedgerKind.Reject) == answered.Approved && (answered.At is not { } time || (time - e.At).Duration() < Apart)).ToList();
        var results = own.Select(e => Claims.ResultOf(e, entries)).ToList();
        // Whether the portal's own answer came first is being looked up: until then nobody can tell whose it is.
        return results.Any(r => r is EntryResult.Happened or EntryResult.Unclear) ? true : results.Any(r => r is "" or EntryResult.Lost) ? null : false;
    }

    private async Task<DateTimeOffset?> BegunAsync(CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        return await database.Entries.Where(e => e.Sequence == 1).Select(e => (DateTimeOffset?)e.At).FirstOrDefaultAsync(cancelled);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The approval of {Pipeline}, execution {Execution}, was answered outside the portal by {By}")]
        public static partial void Found(ILogger logger, string pipeline, string execution, string by);
    }
}
