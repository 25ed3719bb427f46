using MLOps.Cloud.Evidence;
using MLOps.Cloud.Faults;

namespace MLOps.Portal.Features.Approvals.Gathering;

/// <summary>The gathering of one candidate's evidence: one read at a time, and one measuring for each evidence that was read.</summary>
internal sealed class Gathering(
    CandidateKey key, IEvidenceReader reader, PartsGatherer gatherer, MeasuredStore store, TimeProvider time, CancellationToken stopping) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim reading = new(1, 1);
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? measuring;
    private GatheredEvidence state = GatheredEvidence.Nothing;

    public DateTimeOffset LastAsked { get; set; }

    public GatheredEvidence State => Volatile.Read(ref state);

    /// <summary>Reads what the cloud says now; when that is another evidence than before, its parts are measured anew.</summary>
    /// <exception cref="CloudException">The cloud cannot be asked; what was read before stays.</exception>
    public async Task ReadAsync(CancellationToken cancelled)
    {
        await reading.WaitAsync(cancelled);
        try
        {
            var evidence = await reader.EvidenceAsync(key.Connection, key.Pipeline, key.ExecutionId, cancelled);
            var now = time.GetUtcNow();
            if (State.Evidence?.Digest == evidence.Digest)
            {
                Change(s => s with { Evidence = evidence, ReadAt = now, Fault = null });
                return;
            }
            if (measuring is not null)
                await measuring.CancelAsync();
            var known = await store.FindAsync(Kept(evidence), cancelled);
            Change(_ => Start(evidence, now, known));
            if (!State.IsComplete)
                Measure(evidence);
        }
        catch (CloudException refused)
        {
            Change(s => s with { Fault = refused.Fault });
            throw;
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>Reads for nobody in particular: a fault is in the state.</summary>
    public async Task ReadQuietlyAsync()
    {
        try
        {
            await ReadAsync(stopping);
        }
        catch (CloudException)
        {
            // The state says so; whoever looks next asks again.
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    /// <summary>Gathers failed parts once more.</summary>
    public void Retry()
    {
        if (State is { Evidence: { } evidence, IsComplete: true, HasFailedPart: true })
            Measure(evidence);
    }

    /// <summary>The state when it is complete, or after the patience.</summary>
    public async Task<GatheredEvidence> WaitAsync(TimeSpan patience, CancellationToken cancelled)
    {
        var deadline = time.GetUtcNow() + patience;
        while (!State.IsComplete && deadline - time.GetUtcNow() is { Ticks: > 0 } left)
        {
            Task next;
            lock (gate)
                next = changed.Task;
            if (State.IsComplete)
                break;
            try
            {
                await next.WaitAsync(left, time, cancelled);
            }
            catch (TimeoutException)
            {
                break;
            }
        }
        return State;
    }

    public void Dispose()
    {
        measuring?.Dispose();
        reading.Dispose();
    }

    /// <summary>The same evidence asked of another endpoint, or other cases, is measured by itself.</summary>
    private string Kept(SignOffEvidence evidence) => $"{evidence.Digest}/{key.Variant}/{gatherer.CasesKey(key)}";

    private static GatheredEvidence Start(SignOffEvidence evidence, DateTimeOffset now, MeasuredParts? known)
    {
        var fresh = new GatheredEvidence(evidence, now);
        return known is null ? fresh : fresh with
        {
            Cases = known.Cases,
            Data = known.Data,
            CasesPart = fresh.CasesPart with { State = known.Cases is null ? PartState.Waiting : PartState.Done },
            DataPart = fresh.DataPart with { State = known.Data is null ? PartState.Waiting : PartState.Done },
        };
    }

    private void Measure(SignOffEvidence evidence)
    {
        var mine = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        measuring = mine;
        _ = MeasureAsync(evidence, mine);
    }

    private async Task MeasureAsync(SignOffEvidence evidence, CancellationTokenSource mine)
    {
        try
        {
            // A measuring that was overtaken writes nothing.
            await gatherer.GatherAsync(key, evidence, change => Change(s => mine.IsCancellationRequested ? s : change(s)), mine.Token);
            if (!mine.IsCancellationRequested && State is { HasFailedPart: false } done)
                await store.KeepAsync(Kept(evidence), done, mine.Token);
        }
        catch (OperationCanceledException) when (mine.IsCancellationRequested)
        {
        }
    }

    private void Change(Func<GatheredEvidence, GatheredEvidence> change)
    {
        lock (gate)
        {
            var before = state;
            var next = change(before);
            if (next.Cases != before.Cases || next.Data != before.Data || next.Evidence?.Digest != before.Evidence?.Digest)
                next = next.Sealed();
            Volatile.Write(ref state, next);
            changed.TrySetResult();
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
