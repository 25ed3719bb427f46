using System.Runtime.CompilerServices;

namespace MLOps.Portal.Features.Notifications;

/// <summary>
/// Tells pages and the outbox that there is something new. A reader that is slower than the news gets one signal for all of them.
/// Other instances' news are found by the sender, which looks into the database every few seconds anyway.
/// </summary>
internal sealed class NotificationFeed
{
    private readonly Lock gate = new();
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends at the next news.</summary>
    public Task Next
    {
        get
        {
            lock (gate)
                return next.Task;
        }
    }

    /// <summary>There is something new.</summary>
    public void Ring()
    {
        TaskCompletionSource waiting;
        lock (gate)
            (waiting, next) = (next, new(TaskCreationOptions.RunContinuationsAsynchronously));
        waiting.SetResult();
    }

    /// <summary>A signal now, and one after every news.</summary>
    public async IAsyncEnumerable<bool> SignalsAsync([EnumeratorCancellation] CancellationToken cancelled = default)
    {
        while (true)
        {
            // Taken before the reader looks: what comes while it looks is not missed.
            var coming = Next;
            yield return true;
            await coming.WaitAsync(cancelled);
        }
    }
}
