using MLOps.Cloud.Faults;

namespace MLOps.Portal.Shared.Clouds;

/// <summary>Something that is read from the cloud on demand: loading, failed or ready. A new load cancels the one before.</summary>
public sealed class Loaded<T> : IDisposable where T : class
{
    private CancellationTokenSource? running;

    /// <summary>What was read last; stays while it is read again.</summary>
    public T? Value { get; private set; }

    /// <summary>Why the last load failed; null while it runs or when it went well.</summary>
    public CloudFault? Fault { get; private set; }

    public bool IsLoading { get; private set; } = true;

    /// <summary>Reads; false when a newer load or the end of the page overtook this one.</summary>
    public async Task<bool> LoadAsync(Func<CancellationToken, Task<T>> read, CancellationToken gone)
    {
        if (running is not null)
            await running.CancelAsync();
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(gone);
        running = mine;
        IsLoading = true;
        try
        {
            var value = await read(mine.Token);
            if (running != mine)
                return false;
            (Value, Fault) = (value, null);
            return true;
        }
        catch (OperationCanceledException) when (mine.IsCancellationRequested)
        {
            return false;
        }
        catch (CloudException refused)
        {
            if (running != mine)
                return false;
            Fault = refused.Fault;
            return true;
        }
        finally
        {
            if (running == mine)
            {
                running = null;
                IsLoading = false;
            }
        }
    }

    /// <summary>Takes over what somebody else reads; a fault leaves the last value.</summary>
    public void Take(T? value, CloudFault? fault) => (Value, Fault, IsLoading) = (value ?? Value, fault, false);

    /// <summary>Forgets what was read: the next load is for another thing.</summary>
    public void Reset() => (Value, Fault, IsLoading) = (null, null, true);

    public void Dispose() => running?.Cancel();
}
