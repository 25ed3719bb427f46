using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using MLOps.Cloud.Connections;

namespace MLOps.Cloud.Faults;

/// <summary>Tells what an exception of the SDK means for a caller.</summary>
internal static class FaultReading
{
    /// <summary>The fault, or null for an exception that is no trouble with a cloud.</summary>
    public static CloudFault? Read(Exception exception, CloudConnection connection) => exception switch
    {
        CloudException known => known.Fault,
        AmazonServiceException { StatusCode: not 0 } refused => new CloudFault(Kind(refused), Message(refused), refused.ErrorCode ?? "", refused.RequestId ?? ""),
        _ when Find<SocketException>(exception) is { } socket => Unreachable(connection, socket.SocketErrorCode == SocketError.ConnectionRefused ? "the connection was refused" : socket.Message),
        _ when Find<HttpRequestException>(exception) is { } http => Unreachable(connection, http.Message),
        _ when Find<OperationCanceledException>(exception) is not null || Find<TimeoutException>(exception) is not null => Unreachable(connection, "it took too long to answer"),
        _ when Find<IOException>(exception) is { } broken => Unreachable(connection, broken.Message),
        AmazonServiceException unanswered => Unreachable(connection, unanswered.Message),
        AmazonClientException client => new CloudFault(CloudFaultKind.Denied, $"The portal has no usable credentials for '{connection.Name}': {client.Message}"),
        _ => null,
    };

    private static CloudFault Unreachable(CloudConnection connection, string why)
    {
        var place = connection.EndpointUrl.Length > 0 ? connection.EndpointUrl : $"AWS in {connection.Region}";
        return new CloudFault(CloudFaultKind.Unreachable, $"{place} cannot be reached: {why.TrimEnd('.')}.");
    }

    private static CloudFaultKind Kind(AmazonServiceException e)
    {
        var code = e.ErrorCode ?? "";
        var status = (int)e.StatusCode;
        if (status == 429 || code is "Throttling" or "ThrottlingException" or "ThrottledException" or "RequestLimitExceeded" or "TooManyRequestsException" or "RequestThrottled" or "SlowDown")
            return CloudFaultKind.Throttled;
        if (status == 501 || code is "NotImplemented" or "UnsupportedOperation")
            return CloudFaultKind.NotSupported;
        if (status == 404 || Means(code, "NotFound", "NoSuch", "DoesNotExist") || SaysMissing(code, e.Message))
            return CloudFaultKind.NotFound;
        if (e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            || Means(code, "AccessDenied", "ExpiredToken", "UnrecognizedClient", "InvalidClientTokenId", "SignatureDoesNotMatch", "NotAuthorized"))
            return CloudFaultKind.Denied;
        if (Means(code, "LimitExceeded", "QuotaExceeded"))
            return CloudFaultKind.LimitExceeded;
        if (status is 409 or 412 || Means(code, "Conflict", "ConcurrentModification", "InUse", "NotRetryable", "NotLatestPipelineExecution",
                "AlreadyExists", "DuplicatedStopRequest", "NotStoppable", "ApprovalToken", "AlreadyCompleted", "UnableToRollback", "PipelineExecutionOutdated"))
            return CloudFaultKind.Conflict;
        return status >= 500 ? CloudFaultKind.ServiceFailure : CloudFaultKind.Invalid;
    }

    /// <summary>SageMaker and CloudFormation say that something is missing with their code for bad values.</summary>
    private static bool SaysMissing(string code, string? message) =>
        code is "ValidationException" or "ValidationError" && message is not null
        && (message.Contains("Could not find", StringComparison.OrdinalIgnoreCase)
            || message.Contains("not found", StringComparison.OrdinalIgnoreCase)
            || message.Contains("does not exist", StringComparison.OrdinalIgnoreCase));

    private static bool Means(string code, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            if (code.Contains(word, StringComparison.Ordinal))
                return true;
        return false;
    }

    private static string Message(AmazonServiceException e) =>
        FaultWords.Of(e.ErrorCode) is { } words ? $"{words} The cloud says: {e.Message}"
        : string.IsNullOrWhiteSpace(e.Message) ? $"The cloud answered {(int)e.StatusCode} {e.ErrorCode}." : e.Message;

    private static T? Find<T>(Exception? e) where T : Exception
    {
        for (; e is not null; e = e.InnerException)
            if (e is T found)
                return found;
        return null;
    }
}
