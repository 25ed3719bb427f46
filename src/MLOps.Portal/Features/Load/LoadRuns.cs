using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Load;
using MLOps.LoadGenerator;

namespace MLOps.Portal.Features.Load;

/// <summary>Starts runs of load and follows them to their end, whoever looks on. They end with the portal.</summary>
internal sealed partial class LoadRuns(
    ILoadGenerator generator, LoadStore store, IInventory<EndpointSummary> endpoints, IOptions<LoadOptions> options, TimeProvider time, ILogger<LoadRuns> logger) : IHostedService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);
    private const int KeptBody = 400;
    private const int KeptMessage = 2000;

    private readonly ConcurrentDictionary<string, (LiveRun Run, Task Work)> live = new();

    /// <summary>A run that goes on in this portal.</summary>
    public LiveRun? Find(string id) => live.GetValueOrDefault(id).Run;

    /// <summary>The figures of a run so far.</summary>
    public LoadFigures FiguresOf(LiveRun run) => run.Figures(Target(run.Run));

    /// <summary>Starts a run within a limit, and returns it once it is kept.</summary>
    /// <exception cref="LoadRefusedException">It is more than the limit, or another run goes at the endpoint.</exception>
    public async Task<LoadRun> StartAsync(string connection, LoadRequest request, LoadLimit? limit, string by, CancellationToken cancelled = default)
    {
        if (limit is null)
            throw new LoadRefusedException($"Your role may put no load on {request.Endpoint}.");
        if (request.Concurrency < 1 || request.Requests < 1 || request.Bodies.Count == 0)
            throw new LoadRefusedException("A run needs a body, at least one request at a time and one in all.");
        if (request.Concurrency > limit.Concurrency || request.Requests > limit.Requests)
            throw new LoadRefusedException($"Your role may send at most {limit.Requests:#,0} requests to {request.Endpoint}, {limit.Concurrency:#,0} at a time.");
        var run = new LoadRun
        {
            Id = Guid.NewGuid().ToString("n"), Connection = connection, Endpoint = request.Endpoint, Variant = request.Variant, ContentType = request.ContentType,
            Accept = request.Accept, CustomAttributes = request.CustomAttributes, BodyStart = Start(Encoding.UTF8.GetString(request.Bodies[0]), KeptBody),
            Concurrency = request.Concurrency, Requests = request.Requests, StartedBy = by, StartedAt = time.GetUtcNow(),
        };
        if (!await store.BeginAsync(run, cancelled))
            throw new LoadRefusedException($"A run goes at {request.Endpoint} already. Wait for its end, or cancel it: two at once would measure each other.");
        var cancelling = new CancellationTokenSource();
        var following = new LiveRun(run, cancelling);
        var gate = new TaskCompletionSource();
        live[run.Id] = (following, FollowAsync(following, request with { MaxSeconds = options.Value.MaxSeconds }, gate.Task, cancelling));
        gate.SetResult();
        return run;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var running = live.Values.ToList();
        foreach (var (run, _) in running)
            run.Cancel();
        await Task.WhenAll(running.Select(r => r.Work)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task FollowAsync(LiveRun run, LoadRequest request, Task begun, CancellationTokenSource cancelling)
    {
        await begun;
        using var ended = new CancellationTokenSource();
        var beating = BeatAsync(run.Run.Id, ended.Token);
        var (state, message) = (LoadRunState.Done, "");
        try
        {
            await generator.RunAsync(run.Run.Connection, request, told => run.Hear(told, Instances(run.Run)), cancelling.Token);
            (state, message) = (run.Refused, run.Ended) switch
            {
                ({ Length: > 0 } refused, _) => (LoadRunState.Failed, refused),
                (_, { Reason: "time" }) => (LoadRunState.TimedOut, run.Ended.FirstError),
                (_, { Reason: "done" }) => (LoadRunState.Done, run.Ended.FirstError),
                (_, var end) => (LoadRunState.Cancelled, end?.FirstError ?? ""),
            };
        }
        catch (CloudException fault)
        {
            (state, message) = (LoadRunState.Failed, fault.Fault.Message);
        }
        catch (Exception fault)
        {
            Log.Failed(logger, fault, run.Run.Id);
            (state, message) = (LoadRunState.Failed, fault.Message);
        }
        await ended.CancelAsync();
        await beating;
        (run.Run.State, run.Run.Message) = (state, Start(message, KeptMessage));
        run.Run.Figures = JsonSerializer.Serialize(FiguresOf(run), LoadEvent.Json);
        try
        {
            await store.EndAsync(run.Run);
        }
        catch (Exception fault)
        {
            // The sweep frees the endpoint.
            Log.NotKept(logger, fault, run.Run.Id);
        }
        live.TryRemove(run.Run.Id, out _);
        cancelling.Dispose();
    }

    private async Task BeatAsync(string id, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(Beat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
                await store.BeatAsync(id, ended);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The run has ended.
        }
        catch (Exception fault)
        {
            Log.NotKept(logger, fault, id);
        }
    }

    private IEnumerable<VariantState> Variants(LoadRun run) =>
        endpoints.Current(run.Connection).Items.FirstOrDefault(e => e.Name == run.Endpoint)?.Variants.Where(v => run.Variant.Length == 0 || v.Name == run.Variant) ?? [];

    private int Instances(LoadRun run) => Variants(run).Sum(v => v.CurrentInstances);

    /// <summary>The target of the policy that counts invocations an instance.</summary>
    private double? Target(LoadRun run) => Variants(run).SelectMany(v => v.Scaling?.Policies ?? [])
        .FirstOrDefault(p => p.Metric == "SageMakerVariantInvocationsPerInstance")?.TargetValue;

    private static string Start(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The run {Run} failed")]
        public static partial void Failed(ILogger logger, Exception fault, string run);

        [LoggerMessage(2, LogLevel.Error, "The run {Run} could not be written down")]
        public static partial void NotKept(ILogger logger, Exception fault, string run);
    }
}

/// <summary>A run is not started; the message says why.</summary>
internal sealed class LoadRefusedException(string message) : Exception(message);
