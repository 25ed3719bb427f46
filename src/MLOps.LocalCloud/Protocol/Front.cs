using System.Diagnostics;
using MLOps.LocalCloud.Protocol.Errors;
using MLOps.LocalCloud.Protocol.Routing;
using MLOps.LocalCloud.Protocol.Wire;

namespace MLOps.LocalCloud.Protocol;

/// <summary>Takes a request from the wire to its operation and the answer back.</summary>
internal sealed partial class Front(
    Router router, WireCodecs codecs, Dispatcher dispatcher, CallerResolver callers, TimeProvider clock, ILogger<Front> logger)
{
    public async Task HandleAsync(HttpContext http)
    {
        var began = Stopwatch.GetTimestamp();
        var requestId = Guid.NewGuid().ToString();
        http.Response.Headers["x-amzn-RequestId"] = requestId;
        var routing = new RoutingResult(codecs.Query, "", "");
        try
        {
            var identity = RequestIdentity.Of(http.Request);
            routing = await router.RouteAsync(http, identity);
            if (routing.Refusal is { } refusal)
                throw refusal;
            PresignedUrl.Check(http.Request, clock);
            await AnswerAsync(http, routing, identity, requestId);
        }
        catch (AwsException e)
        {
            await RefuseAsync(http, routing, e, requestId);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(http, routing, new AwsException("IncompleteBody", e.Message, e.StatusCode), requestId);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.Failed(logger, e, routing.Service, routing.Operation, requestId);
            await RefuseAsync(http, routing, new AwsException("InternalFailure", $"The local cloud failed on this request; its log names the cause under request id {requestId}.", 500), requestId);
        }
        Log.Answered(logger, routing.Service, routing.Operation, http.Response.StatusCode, Stopwatch.GetElapsedTime(began).TotalMilliseconds, requestId);
    }

    private async Task AnswerAsync(HttpContext http, RoutingResult routing, RequestIdentity identity, string requestId)
    {
        var request = new WireRequest(http, routing.Route!, identity, requestId);
        var (scope, principal) = callers.Resolve(http.Request, identity);
        var input = await routing.Codec.ReadAsync(request);
        var call = new OperationCall(routing.Service, routing.Operation, scope, input.Members)
        {
            RequestId = requestId,
            Principal = principal,
            AccessKey = identity.AccessKey,
            BaseAddress = $"{http.Request.Scheme}://{http.Request.Host}",
            Cancelled = http.RequestAborted,
        };
        if (input.Body is not null)
            call = call with { Body = input.Body, BodyLength = input.BodyLength, Trailers = input.Trailers ?? call.Trailers };
        await routing.Codec.WriteAsync(request, await dispatcher.DispatchAsync(request.Operation, call));
    }

    private async Task RefuseAsync(HttpContext http, RoutingResult routing, AwsException e, string requestId)
    {
        if (http.Response.HasStarted)
        {
            // Half an answer is on its way: only a broken connection tells the caller.
            http.Abort();
            return;
        }
        var headers = http.Response.Headers;
        headers.Clear();
        headers["x-amzn-RequestId"] = requestId;
        // A caller that waited to be asked for its body no longer sends it: what follows on the connection is another request.
        if (http.Request.Headers.Expect.Count > 0)
            headers.Connection = "close";
        if (HttpMethods.IsHead(http.Request.Method))
            http.Response.StatusCode = WireError.From(e, routing.Description, requestId).Status;
        else
            await routing.Codec.WriteErrorAsync(http, WireError.From(e, routing.Description, requestId));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Service} {Operation} answered {Status} in {Elapsed:0.0} ms ({RequestId})")]
        public static partial void Answered(ILogger logger, string service, string operation, int status, double elapsed, string requestId);

        [LoggerMessage(2, LogLevel.Error, "{Service} {Operation} failed ({RequestId})")]
        public static partial void Failed(ILogger logger, Exception e, string service, string operation, string requestId);
    }
}
