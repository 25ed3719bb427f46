using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Functions;

/// <summary>Keeps warm processes of functions and runs invocations in them.</summary>
internal sealed class FunctionPool(
    FunctionStore store, IProcessLauncher launcher, PythonLocator pythons, WorkloadCredentials credentials,
    ILogSink sink, IMetricStore metrics, IOptions<LocalCloudOptions> options, TimeProvider time) : BackgroundService
{
    /// <summary>Processes of one function at a time; AWS's limit is a thousand, this machine's cores are few.</summary>
    public const int LargestConcurrency = 10;

    /// <summary>Below the hour that a worker's credentials last.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(40);

    private readonly ConcurrentDictionary<(Scope, string), Lane> lanes = new();
    private readonly Lazy<string> bootstrap = new(store.WriteBootstrap);

    /// <summary>Runs one invocation.</summary>
    /// <param name="waits">Waits for a free process; else it is refused where all are busy.</param>
    /// <exception cref="AwsException">The function's role cannot be assumed, or all processes are busy.</exception>
    public async Task<FunctionResult> InvokeAsync(FunctionDefinition function, JsonNode? input, string requestId, bool waits, CancellationToken cancelled)
    {
        var lane = lanes.GetOrAdd((function.Scope, function.Name), _ => new Lane());
        if (!await lane.Slots.WaitAsync(waits ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancelled))
            throw new AwsException("TooManyRequestsException", "Rate Exceeded.", 429) { Members = new JsonObject { ["Reason"] = "ReservedFunctionConcurrentInvocationLimitExceeded" } };
        try
        {
            var worker = await AcquireAsync(lane, function, cancelled);
            var began = time.GetTimestamp();
            var result = await worker.InvokeAsync(input, requestId);
            Measure(function, result, time.GetElapsedTime(began));
            await ReleaseAsync(lane, worker);
            return result;
        }
        finally
        {
            lane.Slots.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            foreach (var (key, lane) in lanes)
                await EndIdleAsync(lane, store.Find(key.Item1, key.Item2)?.Revision);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var lane in lanes.Values)
            while (lane.Idle.TryPop(out var worker))
                await worker.DisposeAsync();
    }

    private async Task<FunctionWorker> AcquireAsync(Lane lane, FunctionDefinition function, CancellationToken cancelled)
    {
        while (lane.Idle.TryPop(out var idle))
        {
            if (idle.Revision == function.Revision && idle.IsUsable && time.GetUtcNow() - idle.Born < LongestLife)
                return idle;
            await idle.DisposeAsync();
        }
        var now = time.GetUtcNow();
        var log = new FunctionLog(sink, function.Scope, function.LogGroup, $"{now:yyyy/MM/dd}/[$LATEST]{Guid.NewGuid():n}");
        var environment = await credentials.EnvironmentAsync(function.Scope, function.Configuration.Required("Role"), function.Name, cancelled);
        foreach (var (name, value) in function.Environment)
            environment[name] = value;
        Describe(function, log, environment);
        return new FunctionWorker(function, log, launcher, time, pythons.Find("boto3"), bootstrap.Value, environment);
    }

    private static void Describe(FunctionDefinition function, FunctionLog log, Dictionary<string, string> environment)
    {
        environment["_HANDLER"] = function.Configuration.Required("Handler");
        environment["LAMBDA_TASK_ROOT"] = function.CodeFolder;
        environment["AWS_EXECUTION_ENV"] = $"AWS_Lambda_{function.Configuration.Text("Runtime")}";
        environment["AWS_LAMBDA_FUNCTION_NAME"] = function.Name;
        environment["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST";
        environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = function.MemorySize.ToString();
        environment["AWS_LAMBDA_LOG_GROUP_NAME"] = log.Group;
        environment["AWS_LAMBDA_LOG_STREAM_NAME"] = log.Stream;
        environment["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand";
        // The code's folder is shared by all processes of equal code; it stays as it was uploaded.
        environment["PYTHONDONTWRITEBYTECODE"] = "1";
        environment["TZ"] = ":UTC";
        environment["LANG"] = "en_US.UTF-8";
    }

    private static async Task ReleaseAsync(Lane lane, FunctionWorker worker)
    {
        if (worker.IsUsable)
            lane.Idle.Push(worker);
        else
            await worker.DisposeAsync();
    }

    private async Task EndIdleAsync(Lane lane, string? revision)
    {
        var kept = new List<FunctionWorker>();
        while (lane.Idle.TryPop(out var worker))
        {
            if (worker.Revision == revision && worker.IsUsable && time.GetUtcNow() - worker.LastUsed < TimeSpan.FromSeconds(options.Value.FunctionIdleSeconds))
                kept.Add(worker);
            else
                await worker.DisposeAsync();
        }
        foreach (var worker in Enumerable.Reverse(kept))
            lane.Idle.Push(worker);
    }

    private void Measure(FunctionDefinition function, FunctionResult result, TimeSpan duration)
    {
        var now = time.GetUtcNow();
        IReadOnlyList<(string, string)> dimensions = [("FunctionName", function.Name)];
        metrics.Record(function.Scope, new MetricSample("AWS/Lambda", "Invocations", dimensions, 1, "Count", now));
        metrics.Record(function.Scope, new MetricSample("AWS/Lambda", "Errors", dimensions, result.IsError ? 1 : 0, "Count", now));
        metrics.Record(function.Scope, new MetricSample("AWS/Lambda", "Duration", dimensions, duration.TotalMilliseconds, "Milliseconds", now));
    }

    /// <summary>The processes of one function: those at rest, and how many may be at work.</summary>
    private sealed class Lane
    {
        public SemaphoreSlim Slots { get; } = new(LargestConcurrency);

        public ConcurrentStack<FunctionWorker> Idle { get; } = new();
    }
}
