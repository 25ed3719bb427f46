using System.Diagnostics;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Calls;

/// <summary>
/// The outermost handler of every client that the portal makes: keeps under the API's rate, observes the call, and turns what
/// went wrong into <see cref="CloudException"/>.
/// </summary>
internal sealed class CallHandler : PipelineHandler
{
    // The SDK customizes clients by type; which connection a client belongs to is told by its configuration.
    private static readonly ConditionalWeakTable<IClientConfig, ConnectionCalls> Observed = [];
    private static readonly bool Registered = Register();

    /// <summary>Has the calls of clients with this configuration go through the handler; call it before the client is made.</summary>
    public static void Observe(IClientConfig config, ConnectionCalls calls)
    {
        Debug.Assert(Registered);
        Observed.AddOrUpdate(config, calls);
    }

    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        var request = executionContext.RequestContext;
        if (!Observed.TryGetValue(request.ClientConfig, out var calls))
            return await base.InvokeAsync<T>(executionContext);

        var service = request.ServiceMetaData.ServiceId;
        var operation = Operation(request.RequestName);
        await calls.TakeAsync(service, operation, request.CancellationToken);
        using var activity = CallObserver.Start(calls.Connection.Name, service, operation);
        var traced = CallTrace.Began(service, operation);
        var started = calls.Time.GetTimestamp();
        try
        {
            var answer = await base.InvokeAsync<T>(executionContext);
            var response = executionContext.ResponseContext.Response;
            AnswerHeaders.Take(executionContext.ResponseContext.HttpResponse);
            Finish(response is null ? 0 : (int)response.HttpStatusCode, response?.ResponseMetadata?.RequestId ?? "", null);
            return answer;
        }
        catch (OperationCanceledException) when (request.CancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (FaultReading.Read(e, calls.Connection) is { } fault)
        {
            AnswerHeaders.Take(executionContext.ResponseContext.HttpResponse);
            if (fault.Kind == CloudFaultKind.Throttled)
                calls.Throttled(service, operation);
            Finish(e is AmazonServiceException answered ? (int)answered.StatusCode : 0, fault.RequestId, fault);
            throw new CloudException(fault, e);
        }

        void Finish(int status, string requestId, CloudFault? fault)
        {
            if (traced is not null)
                (traced.Status, traced.RequestId) = (status, requestId);
            calls.Observer.Finished(new CallRecord(calls.Connection.Name, service, operation, calls.Time.GetElapsedTime(started), status, requestId, request.Retries, fault) { At = calls.Time.GetUtcNow() }, activity);
        }
    }

    private static string Operation(string requestName) =>
        requestName.EndsWith("Request", StringComparison.Ordinal) ? requestName[..^"Request".Length] : requestName;

    private static bool Register()
    {
        RuntimePipelineCustomizerRegistry.Instance.Register(new Customizer());
        return true;
    }

    private sealed class Customizer : IRuntimePipelineCustomizer
    {
        public string UniqueName => "MLOps.Cloud";

        public void Customize(Type type, RuntimePipeline pipeline) => pipeline.AddHandler(new CallHandler());
    }
}
