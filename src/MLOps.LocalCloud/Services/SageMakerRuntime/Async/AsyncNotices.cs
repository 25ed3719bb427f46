using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;

namespace MLOps.LocalCloud.Services.SageMakerRuntime.Async;

/// <summary>Tells the topics of an asynchronous endpoint's configuration how a request ended, in the form in which SageMaker tells it.</summary>
internal sealed partial class AsyncNotices(ICloudCaller cloud, TimeProvider time, ILogger<AsyncNotices> logger)
{
    /// <summary>A larger answer is not carried by a notice.</summary>
    private const int MostIncluded = 128 * 1024;

    /// <param name="failure">Why it failed; null where it was answered.</param>
    public async Task SendAsync(Scope scope, AsyncRequest request, AsyncPlan plan, string? failure, ReadOnlyMemory<byte> answer, string? type, CancellationToken cancelled)
    {
        var topic = failure is null ? plan.SuccessTopic : plan.ErrorTopic;
        if (topic.Length == 0)
            return;
        var included = plan.Includes.Contains(failure is null ? "SUCCESS_NOTIFICATION_TOPIC" : "ERROR_NOTIFICATION_TOPIC") && answer.Length is > 0 and <= MostIncluded;
        var message = new JsonObject
        {
            ["awsRegion"] = scope.Region,
            ["eventTime"] = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ"),
            ["receivedTime"] = request.Received.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"),
            ["invocationStatus"] = failure is null ? "Completed" : "Failed",
            ["requestParameters"] = new JsonObject { ["accept"] = request.Accept, ["contentType"] = request.ContentType, ["customAttributes"] = request.CustomAttributes, ["endpointName"] = request.Endpoint, ["inputLocation"] = request.Input },
            ["responseParameters"] = failure is null
                ? new JsonObject { ["contentType"] = type ?? "", ["outputLocation"] = request.Output }
                : request.Failure.Length > 0 ? new JsonObject { ["outputLocation"] = request.Failure } : null,
            ["failureReason"] = failure,
            ["inferenceId"] = request.InferenceId,
            ["eventVersion"] = "1.0",
            ["eventSource"] = "aws:sagemaker",
            ["eventName"] = "InferenceResult",
        };
        if (included)
            message["responseBody"] = new JsonObject { ["content"] = Convert.ToBase64String(answer.Span), ["encoding"] = "BASE64" };
        try
        {
            await cloud.CallAsync(scope, "sns", "Publish", new JsonObject { ["TopicArn"] = topic, ["Message"] = message.ToJsonString() }, cancelled);
        }
        catch (AwsException e)
        {
            Log.Unheard(logger, request.Endpoint, topic, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The topic {Topic} of endpoint {Endpoint} could not be told of a result: {Message}")]
        public static partial void Unheard(ILogger logger, string endpoint, string topic, string message);
    }
}
