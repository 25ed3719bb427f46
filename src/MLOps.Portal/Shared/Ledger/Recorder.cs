using System.Collections.Concurrent;
using System.Security.Claims;
using MLOps.Cloud.Calls;
using MLOps.Cloud.Faults;
using MLOps.Ledger;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Shared.Ledger;

/// <summary>
/// The way of everything that changes something: it is in the ledger before it is done, and what became of it afterwards. Pages come
/// here through <see cref="CommandGate"/>; forms come here themselves.
/// </summary>
public sealed partial class Recorder(ILedger ledger, IFaultPoints faults, ILogger<Recorder> logger)
{
    private readonly ConcurrentDictionary<long, bool> running = new();

    /// <summary>Whether the command of that intent runs in this process, so that its outcome is yet to come.</summary>
    public bool IsRunning(long sequence) => running.ContainsKey(sequence);

    /// <summary>Writes the intent, runs the command, and writes what became of it.</summary>
    /// <param name="judge">Says what an answer that is no fault means; without it, it happened.</param>
    /// <exception cref="LedgerUnavailableException">The intent could not be written; nothing was done.</exception>
    /// <exception cref="ClaimedException">Somebody else is at it, or has done it; nothing was done.</exception>
    public Task<T> RunAsync<T>(ClaimsPrincipal person, Deed deed, Func<Task<T>> command, Func<T, Finding>? judge = null) => RunAsync(Entries.Intent(person, deed), command, judge);

    /// <summary>The same for what the portal does in somebody's name while they are not there.</summary>
    public async Task<T> RunAsync<T>(LedgerEntry wanted, Func<Task<T>> command, Func<T, Finding>? judge = null)
    {
        // From here on a browser that goes away changes nothing about what is on record.
        faults.Reach(FaultPoint.BeforeIntent);
        var intent = await ledger.AppendAsync(wanted);
        running[intent.Sequence] = true;
        using var trace = CallTrace.Begin();
        try
        {
            faults.Reach(FaultPoint.AfterIntent);
            T answer;
            try
            {
                answer = await command();
            }
            catch (Exception fault)
            {
                await CompleteAsync(intent, Judge(fault, trace.Changes), trace.Changes);
                throw;
            }
            await CompleteAsync(intent, judge?.Invoke(answer) ?? Finding.Happened(), trace.Changes);
            return answer;
        }
        finally
        {
            running.TryRemove(intent.Sequence, out _);
        }
    }

    /// <summary>Writes something that is complete in itself, such as a vote.</summary>
    /// <exception cref="ClaimedException">It is there already.</exception>
    public Task<LedgerEntry> NoteAsync(ClaimsPrincipal person, Deed deed) => ledger.AppendAsync(Entries.Intent(person, deed) with { Type = EntryType.Fact });

    private async Task CompleteAsync(LedgerEntry intent, Finding finding, IReadOnlyList<TracedCall> calls)
    {
        faults.Reach(FaultPoint.BeforeOutcome);
        try
        {
            await ledger.AppendAsync(Entries.Outcome(intent, finding) with { Requests = [.. calls.Select(c => $"{c.Service} {c.Operation} {c.Status} {c.RequestId}".TrimEnd())] });
        }
        catch (LedgerUnavailableException missing)
        {
            // It was done, and is not to be told as undone. The intent stays open, and is looked up.
            Log.Open(logger, intent.Sequence, missing.InnerException?.Message ?? missing.Message);
        }
        faults.Reach(FaultPoint.AfterOutcome);
    }

    /// <summary>What a fault means: a clear no of every call that was to change something, or that nobody knows.</summary>
    private static Finding Judge(Exception fault, IReadOnlyList<TracedCall> changes)
    {
        var isNo = fault is CloudException { Fault.Kind: not (CloudFaultKind.Unreachable or CloudFaultKind.ServiceFailure) };
        // What was done before something else than a no broke it off, such as the portal's own database, is seen in the cloud.
        if (changes.Any(c => c.IsUnknown) || changes.Any(c => c.IsDone) && !isNo)
            return new Finding(EntryResult.Lost, fault.Message);
        if (changes.Any(c => c.IsDone))
            return Finding.Unclear($"Done in part: {fault.Message}");
        // Ports that are no AWS clients leave no trace: the fault itself tells.
        return isNo || changes.Count > 0 ? Finding.Refused(fault.Message) : new Finding(EntryResult.Lost, fault.Message);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The outcome of ledger entry {Sequence} could not be written, and will be looked up: {Reason}")]
        public static partial void Open(ILogger logger, long sequence, string reason);
    }
}
