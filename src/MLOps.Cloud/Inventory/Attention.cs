namespace MLOps.Cloud.Inventory;

/// <summary>
/// Whether anybody looks at the portal. While nobody does, the inventory looks less often at the clouds; whoever comes is shown what is
/// true now.
/// </summary>
public sealed class Attention(TimeProvider time)
{
    /// <summary>Who turned a page a moment ago is likely to turn another one.</summary>
    private static readonly TimeSpan Lingering = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    // A start is followed by somebody who looks.
    private DateTimeOffset seen = time.GetUtcNow();
    private TaskCompletionSource arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int looking;

    /// <summary>Whether somebody has a page open, or had one within the last two minutes.</summary>
    public bool IsPaid
    {
        get
        {
            lock (gate)
                return looking > 0 || time.GetUtcNow() - seen < Lingering;
        }
    }

    /// <summary>Somebody has a page open, until the answer is disposed of.</summary>
    public IDisposable Look()
    {
        lock (gate)
        {
            Come();
            looking++;
        }
        return new Page(this);
    }

    /// <summary>Somebody read a page.</summary>
    public void Seen()
    {
        lock (gate)
            Come();
    }

    /// <summary>Ends when somebody comes after nobody looked.</summary>
    internal Task ArrivalAsync(CancellationToken cancelled)
    {
        lock (gate)
            return arrival.Task.WaitAsync(cancelled);
    }

    private void Come()
    {
        var wasPaid = IsPaid;
        seen = time.GetUtcNow();
        if (wasPaid)
            return;
        arrival.TrySetResult();
        arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void Leave()
    {
        lock (gate)
        {
            looking--;
            seen = time.GetUtcNow();
        }
    }

    private sealed class Page(Attention attention) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
                attention.Leave();
        }
    }
}
