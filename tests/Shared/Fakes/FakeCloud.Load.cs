using MLOps.Cloud.Load;
using MLOps.LoadGenerator;

namespace MLOps.Tests.Fakes;

public sealed partial class FakeCloud : ILoadGenerator
{
    /// <summary>What the generator tells, in order.</summary>
    public List<LoadEvent> LoadEvents { get; } = [];

    /// <summary>When set, a run waits for it after its events, or for its cancellation.</summary>
    public TaskCompletionSource? LoadGate { get; set; }

    public List<LoadRequest> Loads { get; } = [];

    async Task ILoadGenerator.RunAsync(string connection, LoadRequest request, Action<LoadEvent> heard, CancellationToken cancelled)
    {
        Loads.Add(request);
        await Told($"load {request.Endpoint} {request.Concurrency} {request.Requests}", 0);
        foreach (var told in LoadEvents)
            heard(told);
        if (LoadGate is null)
            return;
        await Task.WhenAny(LoadGate.Task, Task.Delay(Timeout.Infinite, cancelled));
        heard(new LoadEnded(cancelled.IsCancellationRequested ? "cancelled" : "done", 10, 0, 1, new(1, 2, 3, 4), new Dictionary<string, int>(), ""));
    }
}
