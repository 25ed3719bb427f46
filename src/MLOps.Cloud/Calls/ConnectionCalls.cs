using System.Collections.Concurrent;
using MLOps.Cloud.Connections;

namespace MLOps.Cloud.Calls;

/// <summary>What the calls of one connection share: how fast they may be, and who observes them.</summary>
internal sealed class ConnectionCalls(CloudConnection connection, CallObserver observer, TimeProvider time)
{
    private static readonly TimeSpan HoldOff = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(string Service, string Operation), TokenBucket> buckets = new();

    public CloudConnection Connection => connection;

    public CallObserver Observer => observer;

    public TimeProvider Time => time;

    /// <summary>Waits until the operation may be called again. An endpoint on this machine has no limits.</summary>
    public Task TakeAsync(string service, string operation, CancellationToken cancelled) =>
        connection.IsLocal || Limit(service, operation) is not { } limit
            ? Task.CompletedTask
            : Bucket(service, operation, limit).TakeAsync(cancelled);

    /// <summary>Slows the operation down after the service said that it was too much.</summary>
    public void Throttled(string service, string operation)
    {
        if (!connection.IsLocal && Limit(service, operation) is { } limit)
            Bucket(service, operation, limit).HoldOff(HoldOff);
    }

    private TokenBucket Bucket(string service, string operation, (double PerSecond, int Burst) limit) =>
        buckets.GetOrAdd((service, operation), _ => new TokenBucket(limit.PerSecond, limit.Burst, time));

    /// <summary>
    /// Calls a second of what the inventory asks often. ListTrainingJobs: 2/s, not adjustable (reported). The others are not
    /// published; these stay well below what was reported to break. What people do is not held back.
    /// </summary>
    private static (double PerSecond, int Burst)? Limit(string service, string operation) => (service, operation) switch
    {
        ("SageMaker", "ListTrainingJobs") => (2, 2),
        ("SageMaker", "DescribeTrainingJob" or "DescribeEndpoint" or "DescribeEndpointConfig" or "DescribeModel") => (8, 10),
        ("SageMaker", "ListEndpoints" or "ListModels" or "ListTags") => (4, 4),
        ("CodePipeline", "GetPipelineState" or "GetPipeline" or "ListPipelineExecutions" or "ListActionExecutions") => (5, 10),
        ("CodePipeline", "ListPipelines") => (2, 2),
        ("Application Auto Scaling", _) => (4, 4),
        ("CloudWatch Logs", "FilterLogEvents") => (4, 5),
        ("CloudWatch", "GetMetricData") => (20, 20),
        _ => null,
    };
}
