using System.Collections.Concurrent;
using System.Threading.Channels;
using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;

namespace MLOps.LocalCloud.Services.SageMakerRuntime.Async;

/// <summary>
/// Hands waiting requests to the instances of asynchronous endpoints, in the order in which they came and no more at a time than the
/// configuration allows. What was under way when the local cloud ended is asked again.
/// </summary>
internal sealed class AsyncQueue(AsyncRequests requests, AsyncWork work, EndpointEngine engine, EndpointTable endpoints, IMetricStore metrics, TimeProvider time) : BackgroundService
{
    /// <summary>How often waiting requests are looked at while nothing happens: instances come and go, and requests grow old.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<(Scope Scope, string Endpoint), Lane> lanes = new();
    private readonly Channel<bool> news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Keeps a request and has it answered; it is safe in the store when this returns.</summary>
    public void Take(Scope scope, AsyncRequest request)
    {
        requests.Add(scope, request);
        In(scope, request.Endpoint).Waiting.Enqueue(request);
        news.Writer.TryWrite(true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var (scope, request) in requests.All())
            In(scope, request.Endpoint).Waiting.Enqueue(request);
        try
        {
            while (true)
            {
                foreach (var (place, lane) in lanes)
                    Advance(place.Scope, place.Endpoint, lane, stoppingToken);
                await WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The requests stay in the store.
        }
        await Task.WhenAll(lanes.Values.SelectMany(l => l.Running.Keys));
    }

    /// <summary>Until a request comes or one is answered; while some wait, not longer than a look.</summary>
    private async Task WaitAsync(CancellationToken stopping)
    {
        if (lanes.Values.All(l => l.Waiting.IsEmpty))
        {
            await news.Reader.ReadAsync(stopping);
            return;
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var timer = time.CreateTimer(_ => news.Writer.TryWrite(true), null, Look, Timeout.InfiniteTimeSpan);
        await news.Reader.ReadAsync(limit.Token);
    }

    private void Advance(Scope scope, string endpoint, Lane lane, CancellationToken stopping)
    {
        if (lane.Waiting.IsEmpty)
            return;
        var fleet = engine.Find(scope, endpoint)?.Serving;
        var plan = fleet?.Plan.Async;
        var healthy = fleet?.Variants.Sum(v => v.HealthyCount) ?? 0;
        Record(scope, endpoint, "ApproximateBacklogSize", lane.Waiting.Count, "Count");
        Record(scope, endpoint, "ApproximateBacklogSizePerInstance", (double)lane.Waiting.Count / Math.Max(1, healthy), "Count");
        var gone = plan is null && (endpoints.Find(scope, endpoint) is null || fleet is not null);
        while (lane.Waiting.TryPeek(out var next))
        {
            var reason = gone ? $"Endpoint {endpoint} is gone or not asynchronous any more." : next.Expires <= time.GetUtcNow() ? $"The request waited longer than {next.SecondsToLive} seconds." : null;
            if (reason is null && (plan is null || lane.Running.Count >= plan.AtOnce * healthy))
                return;
            lane.Waiting.TryDequeue(out _);
            var task = reason is null ? work.AnswerAsync(scope, next, fleet!, plan!, stopping) : work.FailAsync(scope, next, plan, reason, expired: !gone, stopping);
            lane.Running[task] = true;
            _ = task.ContinueWith(done =>
            {
                lane.Running.TryRemove(done, out _);
                news.Writer.TryWrite(true);
            }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Record(Scope scope, string endpoint, string name, double value, string unit) =>
        metrics.Record(scope, new MetricSample(InvocationMetrics.Space, name, [("EndpointName", endpoint)], value, unit, time.GetUtcNow()));

    private Lane In(Scope scope, string endpoint) => lanes.GetOrAdd((scope, endpoint), _ => new Lane());

    /// <summary>The requests of one endpoint.</summary>
    private sealed class Lane
    {
        public ConcurrentQueue<AsyncRequest> Waiting { get; } = new();

        public ConcurrentDictionary<Task, bool> Running { get; } = new();
    }
}
