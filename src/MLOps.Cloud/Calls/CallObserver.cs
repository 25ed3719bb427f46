using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Calls;

/// <summary>One finished call of an AWS operation.</summary>
/// <param name="Status">The HTTP status; 0 where there was no answer.</param>
internal sealed record CallRecord(string Connection, string Service, string Operation, TimeSpan Duration, int Status, string RequestId, int Retries, CloudFault? Fault)
{
    /// <summary>When it ended.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>How the cloud took an operation when it was last called.</summary>
/// <param name="Denial">What it said when it did not allow it; null where it let the call in.</param>
internal sealed record LastCall(DateTimeOffset At, string? Denial);

/// <summary>Writes AWS calls to the log, counts and times them for OpenTelemetry under the name <c>MLOps.Cloud</c>, and remembers which were let in.</summary>
internal sealed partial class CallObserver
{
    /// <summary>The name of the activity source and the meter.</summary>
    public const string Name = "MLOps.Cloud";

    private static readonly ActivitySource Source = new(Name);
    private readonly ILogger<CallObserver> logger;
    private readonly Histogram<double> durations;
    private readonly Counter<long> retries;
    private readonly ConcurrentDictionary<(string Connection, string Service, string Operation), LastCall> last = new();

    public CallObserver(ILogger<CallObserver> logger, IMeterFactory meters)
    {
        this.logger = logger;
        var meter = meters.Create(Name);
        durations = meter.CreateHistogram<double>("mlops.cloud.call.duration", "s", "Duration of AWS calls");
        retries = meter.CreateCounter<long>("mlops.cloud.call.retries", "{retry}", "Tries of AWS calls beyond the first");
    }

    /// <summary>Begins a span; null where nobody listens.</summary>
    public static Activity? Start(string connection, string service, string operation)
    {
        var activity = Source.StartActivity($"{service}.{operation}", ActivityKind.Client);
        return activity?.SetTag("rpc.system", "aws-api").SetTag("rpc.service", service).SetTag("rpc.method", operation).SetTag("mlops.connection", connection);
    }

    /// <summary>The last call of an operation since the portal started that the cloud let in or denied; null where there was none.</summary>
    /// <param name="service">As the SDK's namespaces call it: <c>CloudWatchLogs</c>.</param>
    public LastCall? LastOf(string connection, string service, string operation) => last.GetValueOrDefault((connection, service, operation));

    /// <summary>Records a finished call.</summary>
    public void Finished(CallRecord call, Activity? activity)
    {
        if (call.Fault is not { IsTransient: true } and not { Kind: CloudFaultKind.NotSupported })
            last[(call.Connection, call.Service.Replace(" ", "", StringComparison.Ordinal), call.Operation)] = new(call.At, call.Fault is { Kind: CloudFaultKind.Denied } denied ? denied.Message : null);
        var outcome = call.Fault?.Kind.ToString() ?? "Ok";
        durations.Record(call.Duration.TotalSeconds, new("connection", call.Connection), new("service", call.Service), new("operation", call.Operation), new("outcome", outcome));
        if (call.Retries > 0)
            retries.Add(call.Retries, new("connection", call.Connection), new("operation", call.Operation));
        activity?.SetTag("aws.request_id", call.RequestId).SetTag("http.response.status_code", call.Status);
        if (call.Fault is { } fault)
        {
            activity?.SetStatus(ActivityStatusCode.Error, fault.Message);
            Log.Failed(logger, fault.Kind == CloudFaultKind.NotFound ? LogLevel.Debug : LogLevel.Information, call.Connection, call.Service, call.Operation, call.Duration.TotalMilliseconds, call.Status, call.RequestId, call.Retries, fault.Kind, fault.Message);
        }
        else
        {
            Log.Answered(logger, call.Connection, call.Service, call.Operation, call.Duration.TotalMilliseconds, call.Status, call.RequestId, call.Retries);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "{Connection} {Service} {Operation} answered {Status} in {Milliseconds:0.0} ms (request {RequestId}, {Retries} retries)")]
        public static partial void Answered(ILogger logger, string connection, string service, string operation, double milliseconds, int status, string requestId, int retries);

        // Asking whether something is there is no failure worth a line.
        [LoggerMessage(EventId = 2, Message = "{Connection} {Service} {Operation} failed with {Status} in {Milliseconds:0.0} ms (request {RequestId}, {Retries} retries): {Kind} {Fault}")]
        public static partial void Failed(ILogger logger, LogLevel level, string connection, string service, string operation, double milliseconds, int status, string requestId, int retries, CloudFaultKind kind, string fault);
    }
}
