using MLOps.Ledger;

namespace MLOps.Portal.Features.Audit;

/// <summary>How far the chain is known to be whole.</summary>
/// <param name="Verified">The number of the last entry that fits; 0 before the first check.</param>
/// <param name="Head">Its hash.</param>
/// <param name="Fault">Where it is broken first.</param>
/// <param name="WholeAt">When all of it was checked last.</param>
public sealed record ChainState(long Verified, string Head, ChainFault? Fault, DateTimeOffset? WholeAt);

/// <summary>Checks the chain in the database: all of it at start and every hour, and what is new whenever somebody looks.</summary>
internal sealed partial class ChainVerifier(AuditReader reader, TimeProvider time, ILogger<ChainVerifier> logger) : IDisposable
{
    public static readonly TimeSpan WholeEvery = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim turn = new(1, 1);
    private ChainCheck check = new();

    public ChainState State { get; private set; } = new(0, Chain.Start, null, null);

    /// <summary>Checks what was added since, or all.</summary>
    public async Task<ChainState> VerifyAsync(bool whole, CancellationToken cancelled)
    {
        await turn.WaitAsync(cancelled);
        try
        {
            if (!whole && State.Fault is not null)
                return State;
            if (whole)
                check = new ChainCheck();
            ChainFault? fault = null;
            await foreach (var entry in reader.AllAsync(check.Verified, cancelled))
            {
                fault = check.Take(entry);
                if (fault is not null)
                    break;
            }
            if (fault is not null)
                Log.Broken(logger, fault.What);
            return State = new ChainState(check.Verified, check.Head, fault, whole ? time.GetUtcNow() : State.WholeAt);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Critical, Message = "The audit ledger was tampered with: {What}")]
        public static partial void Broken(ILogger logger, string what);
    }
}
