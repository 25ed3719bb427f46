using Microsoft.Extensions.Options;
using MLOps.Cloud.Faults;
using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Audit;

/// <summary>Finds out what became of intents whose outcome is not known, and writes it down. Nothing is repeated.</summary>
internal sealed partial class Reconciliation(
    OpenIntents open, ILedger ledger, Recorder recorder, LedgerInstance instance, IEnumerable<IReconciler> reconcilers, IOptions<AuditOptions> options, TimeProvider time, ILogger<Reconciliation> logger) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>When open intents were seen first, by a clock that nobody sets.</summary>
    private readonly Dictionary<long, long> seen = [];

    /// <summary>Looks each open intent up once. Returns how many are still open.</summary>
    public async Task<int> RunAsync(CancellationToken cancelled)
    {
        await turn.WaitAsync(cancelled);
        try
        {
            return await LookAsync(cancelled);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<int> LookAsync(CancellationToken cancelled)
    {
        var left = 0;
        foreach (var run in (await open.ListAsync(cancelled)).GroupBy(intent => intent.Instance))
        {
            if (run.Key == instance.Id)
            {
                left += await SettleAllAsync(run.Where(intent => !recorder.IsRunning(intent.Sequence)), cancelled);
                continue;
            }
            // What a run left is its own affair while it lives.
            await using var standIn = await instance.StandInAsync(run.Key, cancelled);
            left += standIn is null ? run.Count() : await SettleAllAsync((await open.ListAsync(cancelled)).Where(intent => intent.Instance == run.Key), cancelled);
        }
        return left;
    }

    private async Task<int> SettleAllAsync(IEnumerable<LedgerEntry> intents, CancellationToken cancelled)
    {
        var left = 0;
        foreach (var intent in intents.ToList())
        {
            if (!await SettleAsync(intent, cancelled))
                left++;
        }
        return left;
    }

    private async Task<bool> SettleAsync(LedgerEntry intent, CancellationToken cancelled)
    {
        var knowing = reconcilers.Where(r => r.Kinds.Contains(intent.Kind)).ToList();
        Finding? finding = null;
        try
        {
            foreach (var reconciler in knowing)
                finding ??= await reconciler.LookAsync(intent, cancelled);
        }
        catch (CloudException refused) when (refused.Fault.Kind is not CloudFaultKind.NotFound and not CloudFaultKind.Invalid)
        {
            Log.Later(logger, intent.Sequence, refused.Fault.Message);
            return false;
        }
        catch (CloudException refused)
        {
            finding = Finding.Unclear($"{refused.Fault.Message} {Lookup.Trail(intent)}");
        }
        finding ??= Finding.Unclear($"The portal ended while it was done, and nothing that it can read tells what became of it. {Lookup.Trail(intent)}");
        // What is not there yet may be on its way.
        if (finding.Result != EntryResult.Happened && !IsOld(intent))
            return false;
        await ledger.AppendAsync(Entries.Outcome(intent, finding), cancelled);
        seen.Remove(intent.Sequence);
        Log.Settled(logger, intent.Sequence, intent.Kind, intent.Object, finding.Result);
        foreach (var reconciler in knowing)
            await reconciler.SettledAsync(intent, finding, cancelled);
        return true;
    }

    /// <summary>Whether it is long enough ago: by the clock, or since it was seen first where the clock was set back meanwhile.</summary>
    private bool IsOld(LedgerEntry intent) =>
        time.GetUtcNow() - intent.At >= options.Value.SettleAfter
        || time.GetElapsedTime(SeenFirst(intent.Sequence)) >= options.Value.SettleAfter;

    private long SeenFirst(long sequence)
    {
        if (!seen.TryGetValue(sequence, out var first))
            seen[sequence] = first = time.GetTimestamp();
        return first;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Ledger entry {Sequence} ({Kind} {Object}) had no outcome; it was looked up: {Result}")]
        public static partial void Settled(ILogger logger, long sequence, string kind, string @object, string result);

        [LoggerMessage(Level = LogLevel.Information, Message = "What became of ledger entry {Sequence} cannot be looked up yet: {Reason}")]
        public static partial void Later(ILogger logger, long sequence, string reason);
    }
}

/// <summary>Looks at start, and from time to time, so that also a lost answer of this run is found out.</summary>
internal sealed partial class ReconciliationWatch(
    Reconciliation reconciliation, LedgerInstance instance, ILedger ledger, ChainVerifier chain, Data.DatabaseSetup database, IOptions<AuditOptions> options, TimeProvider time, ILogger<ReconciliationWatch> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.Ready.WaitAsync(stoppingToken);
        var begun = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await instance.HoldAsync(stoppingToken);
                if (!begun)
                    await BeginAsync(stoppingToken);
                begun = true;
                await reconciliation.RunAsync(stoppingToken);
                if (chain.State.WholeAt is not { } at || time.GetUtcNow() - at > ChainVerifier.WholeEvery)
                    await chain.VerifyAsync(whole: true, stoppingToken);
            }
            catch (Exception fault) when (fault is LedgerUnavailableException || LedgerStore.IsOfDatabase(fault))
            {
                Log.Failed(logger, fault);
            }
            await Task.Delay(options.Value.LookEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Writes the first entry where nobody has.</summary>
    private async Task BeginAsync(CancellationToken cancelled)
    {
        try
        {
            await ledger.AppendAsync(LedgerStore.Begin, cancelled);
        }
        catch (ClaimedException)
        {
            // It has begun long ago.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The audit ledger cannot be used")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
