using Microsoft.Extensions.Logging;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Inventory;

/// <summary>Runs until it is cancelled; the inventory's service starts one of each.</summary>
internal interface ICollector
{
    Task RunAsync(CancellationToken cancelled);

    /// <summary>Sweeps now, and goes on at the pace of now: for those who come after nobody looked.</summary>
    Task HurryAsync(CancellationToken cancelled);
}

/// <summary>
/// Keeps the state of one kind in one connection: sweeps over all at an interval, which may change as it goes on, reads single things on demand, and slows
/// down while the cloud throttles or is away.
/// </summary>
#pragma warning disable CA1001 // The semaphore holds nothing to dispose of: its wait handle is never asked for.
internal sealed class Collector<T>(string connection, IInventorySource<T> source, Func<TimeSpan> interval, TimeProvider time, ILogger logger,
    TimeSpan fullEvery = default, double jitter = 0) : ICollector
    where T : class
#pragma warning restore CA1001
{
    // While the cloud does not answer, the time between two tries grows up to so many intervals.
    private const double SlowestPace = 5;

    private readonly SemaphoreSlim sweeping = new(1);
    private readonly Lock gate = new();
    private readonly Dictionary<string, Task> reading = [];
    private Dictionary<string, T?>? refreshedMeanwhile;
    private DateTimeOffset? asOf;
    private DateTimeOffset? fullAt;
    private int failures;
    private volatile PeriodicTimer? timer;

    /// <summary>The state; published when items or the fault change.</summary>
    public LatestValue<InventoryState<T>> State { get; } = new(InventoryState<T>.Loading);

    /// <summary>The newest state with the time of the last answer, also where nothing changed since.</summary>
    public InventoryState<T> Current
    {
        get
        {
            lock (gate)
                return State.Value with { AsOf = asOf };
        }
    }

    public async Task RunAsync(CancellationToken cancelled)
    {
        using var ticks = timer = new PeriodicTimer(interval(), time);
        try
        {
            do
            {
                await SweepAsync(cancelled);
                var wait = Wait();
                if (ticks.Period != wait)
                    ticks.Period = wait;
            }
            while (await ticks.WaitForNextTickAsync(cancelled));
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            // The portal stops.
        }
        finally
        {
            timer = null;
            State.Complete();
        }
    }

    public async Task HurryAsync(CancellationToken cancelled)
    {
        await SweepAsync(cancelled);
        try
        {
            timer?.Period = Wait();
        }
        catch (ObjectDisposedException)
        {
            // The portal stops.
        }
    }

    /// <summary>Sweeps now; a fault is published, not thrown.</summary>
    public async Task SweepAsync(CancellationToken cancelled)
    {
        IReadOnlyList<string> doubtful = [];
        await sweeping.WaitAsync(cancelled);
        try
        {
            lock (gate)
                refreshedMeanwhile = [];
            doubtful = Succeeded(await ReadAsync(cancelled));
        }
        catch (CloudException e)
        {
            Failed(e.Fault);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A fault of our own must neither end the collector nor pass unseen: it stands on the page and in the log.
            logger.LogError(e, "Reading {Kind} of {Connection} failed", source.Kind, connection);
            Failed(new CloudFault(CloudFaultKind.ServiceFailure, $"The portal could not read the {source.Kind}: {e.Message}"));
        }
        finally
        {
            lock (gate)
                refreshedMeanwhile = null;
            sweeping.Release();
        }
        foreach (var key in doubtful)
            await AgainAsync(key, cancelled);
    }

    /// <summary>What changed, where the cloud can be asked so; all every so often, and after a failure, when nobody knows what was missed.</summary>
    private async Task<IReadOnlyList<T>> ReadAsync(CancellationToken cancelled)
    {
        var known = State.Value.Items;
        var now = time.GetUtcNow();
        if (source is IIncrementalSource<T> incremental && known.Count > 0 && failures == 0 && now - fullAt < fullEvery)
            return await incremental.ReadChangedAsync(connection, known, cancelled);
        var all = await source.ReadAllAsync(connection, known, cancelled);
        fullAt = now;
        return all;
    }

    /// <summary>
    /// Reads one thing now and publishes it. One reading of a thing at a time: of two that go on at once nobody knows which one the cloud
    /// answered first, and the older answer could stay.
    /// </summary>
    /// <exception cref="CloudException">The cloud refuses or cannot be reached; the state stays.</exception>
    public async Task RefreshAsync(string key, CancellationToken cancelled)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before, mine;
        lock (gate)
        {
            before = reading.GetValueOrDefault(key, Task.CompletedTask);
            reading[key] = mine = Task.WhenAll(before, turn.Task);
        }
        try
        {
            await before.WaitAsync(cancelled);
            var item = await source.ReadAsync(connection, key, cancelled);
            lock (gate)
            {
                // A sweep that began earlier may bring an older reading of it.
                refreshedMeanwhile?[key] = item;
                if (asOf is not null)
                    Publish(With(State.Value.Items, key, item), State.Value.Fault);
            }
        }
        finally
        {
            turn.SetResult();
            _ = mine.ContinueWith(_ => Read(key, mine), TaskScheduler.Default);
        }
    }

    private void Read(string key, Task done)
    {
        lock (gate)
        {
            if (reading.GetValueOrDefault(key) == done)
                reading.Remove(key);
        }
    }

    /// <summary>Reads once more what a sweep and a refresh during it tell differently: either of them may be the older one.</summary>
    private async Task AgainAsync(string key, CancellationToken cancelled)
    {
        try
        {
            await RefreshAsync(key, cancelled);
        }
        catch (CloudException e)
        {
            logger.LogWarning("{Kind} {Key} of {Connection} changed during a sweep and could not be read again: {Fault}", source.Kind, key, connection, e.Fault.Message);
        }
    }

    /// <summary>Publishes a sweep's items; answers the keys of those that a refresh during it told otherwise.</summary>
    private List<string> Succeeded(IReadOnlyList<T> items)
    {
        lock (gate)
        {
            var swept = items.ToDictionary(source.Key);
            var doubtful = refreshedMeanwhile!.Where(r => !Equals(swept.GetValueOrDefault(r.Key), r.Value)).Select(r => r.Key).ToList();
            foreach (var (key, item) in refreshedMeanwhile!)
                items = With(items, key, item);
            asOf = time.GetUtcNow();
            if (failures > 0)
                logger.LogInformation("{Kind} of {Connection} can be read again after {Failures} failures", source.Kind, connection, failures);
            failures = 0;
            Publish(items, null);
            return doubtful;
        }
    }

    private void Failed(CloudFault fault)
    {
        lock (gate)
        {
            if (failures++ == 0)
                logger.LogWarning("{Kind} of {Connection} cannot be read: {Fault}", source.Kind, connection, fault.Message);
            Publish(State.Value.Items, fault);
        }
    }

    private void Publish(IReadOnlyList<T> items, CloudFault? fault)
    {
        // Request ids differ from call to call; a fault that is otherwise the same is no news.
        fault = fault is null ? null : fault with { RequestId = "" };
        var sorted = items.Order(source.Order).ToValueList();
        State.Update(before => before.AsOf is null == asOf is null && Equals(before.Fault, fault) && before.Items.Equals(sorted)
            ? before
            : new InventoryState<T>(sorted, asOf, fault));
    }

    private List<T> With(IEnumerable<T> items, string key, T? item)
    {
        var others = items.Where(i => source.Key(i) != key).ToList();
        if (item is not null)
            others.Add(item);
        return others;
    }

    private TimeSpan Wait()
    {
        lock (gate)
        {
            return interval() * Math.Min(Math.Pow(2, Math.Min(failures, 16)), SlowestPace) * (1 + jitter * (2 * Random.Shared.NextDouble() - 1));
        }
    }
}
