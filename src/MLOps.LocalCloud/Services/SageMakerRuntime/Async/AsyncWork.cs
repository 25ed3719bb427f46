using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;

namespace MLOps.LocalCloud.Services.SageMakerRuntime.Async;

/// <summary>Answers one asynchronous request: input from S3, to the model, result or failure to S3, and a word to the topic that waits for it.</summary>
internal sealed partial class AsyncWork(
    AsyncRequests requests, Invoker invoker, S3Objects objects, AsyncNotices notices, IMetricStore metrics, TimeProvider time, ILogger<AsyncWork> logger)
{
    /// <summary>SageMaker takes 1 GB a request.</summary>
    private const int LargestBody = 1 << 30;

    /// <summary>Never throws: what goes wrong is the request's result. When the local cloud ends, the request stays as it was.</summary>
    public async Task AnswerAsync(Scope scope, AsyncRequest request, Fleet fleet, AsyncPlan plan, CancellationToken stopping)
    {
        var begun = time.GetTimestamp();
        Record(scope, request, "TimeInBacklog", (time.GetUtcNow() - request.Received).TotalMilliseconds, "Milliseconds");
        try
        {
            var body = await objects.ReadAsync(scope, S3Location.Parse(request.Input)!, LargestBody, stopping);
            var variant = Invoker.Choose(fleet, request.Endpoint, null);
            using var exchange = await invoker.AskAsync(Call(scope, request, stopping), variant, body, TimeSpan.FromSeconds(request.SecondsToAnswer));
            var answer = await exchange.ReadAsync(LargestBody);
            Record(scope, request, "ModelLatency", time.GetElapsedTime(begun).TotalMicroseconds, "Microseconds");
            if (!exchange.Succeeded)
            {
                await FailAsync(scope, request, plan, RuntimeErrors.Model(scope, request.Endpoint, exchange.Status, Encoding.UTF8.GetString(answer)).Message, expired: false, stopping);
                return;
            }
            await objects.UploadAsync(scope, S3Location.Parse(request.Output)!, answer, exchange.ContentType, stopping);
            Record(scope, request, "TotalProcessingTime", (time.GetUtcNow() - request.Received).TotalMilliseconds, "Milliseconds");
            Record(scope, request, "InvocationsProcessed", 1, "Count");
            await EndAsync(scope, request, plan, null, answer, exchange.ContentType, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It is asked again after the next start.
        }
        catch (Exception e) when (e is AwsException or ModelSilence or HttpRequestException)
        {
            await FailAsync(scope, request, plan, e.Message, expired: false, stopping);
        }
    }

    /// <summary>Writes why there is no answer; never throws.</summary>
    public async Task FailAsync(Scope scope, AsyncRequest request, AsyncPlan? plan, string reason, bool expired, CancellationToken stopping)
    {
        Record(scope, request, expired ? "ExpiredRequests" : "InvocationFailures", 1, "Count");
        try
        {
            if (S3Location.Parse(request.Failure) is { } place)
                await objects.UploadAsync(scope, place, Encoding.UTF8.GetBytes(reason), "text/plain", stopping);
            await EndAsync(scope, request, plan, reason, default, "text/plain", stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It is asked again after the next start.
        }
        catch (AwsException e)
        {
            // Nobody can be told: the bucket of failures is gone.
            Log.Lost(logger, request.Endpoint, request.Failure, reason, e.Message);
            requests.Done(scope, request);
        }
    }

    private async Task EndAsync(Scope scope, AsyncRequest request, AsyncPlan? plan, string? failure, ReadOnlyMemory<byte> answer, string? type, CancellationToken stopping)
    {
        requests.Done(scope, request);
        if (plan is not null)
            await notices.SendAsync(scope, request, plan, failure, answer, type, stopping);
    }

    private static OperationCall Call(Scope scope, AsyncRequest request, CancellationToken stopping)
    {
        var input = new JsonObject { ["EndpointName"] = request.Endpoint, ["InferenceId"] = request.InferenceId };
        foreach (var (name, value) in ((string, string)[])[("ContentType", request.ContentType), ("Accept", request.Accept), ("CustomAttributes", request.CustomAttributes)])
            if (value.Length > 0)
                input[name] = value;
        return new OperationCall("sagemaker-runtime", "InvokeEndpointAsync", scope, input) { Cancelled = stopping };
    }

    private void Record(Scope scope, AsyncRequest request, string name, double value, string unit) =>
        metrics.Record(scope, new MetricSample(InvocationMetrics.Space, name, [("EndpointName", request.Endpoint)], value, unit, time.GetUtcNow()));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Endpoint {Endpoint} failed a request ({Reason}), which could not be written to {Place}: {Message}")]
        public static partial void Lost(ILogger logger, string endpoint, string place, string reason, string message);
    }
}
