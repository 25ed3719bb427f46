using Amazon.SageMaker;
using Amazon.SageMakerRuntime;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;
using Aws = Amazon.SageMakerRuntime.Model;

namespace MLOps.Cloud.Endpoints;

/// <summary>Sends requests whose answers are left in S3, as asynchronous endpoints do.</summary>
public interface IAsyncInvoker
{
    /// <summary>The largest body that is uploaded from here, in bytes; SageMaker itself takes 1 GiB.</summary>
    const int MaxBodyBytes = 64 << 20;

    /// <summary>Puts the body into S3 beside the endpoint's output and asks for an answer.</summary>
    /// <exception cref="CloudException"><see cref="CloudFaultKind.Invalid"/>: the endpoint is not asynchronous; else as the cloud refuses.</exception>
    Task<AsyncInvocation> StartAsync(string connection, InvocationRequest request, CancellationToken cancelled = default);

    /// <summary>What became of it; null while there is neither an answer nor a failure.</summary>
    Task<AsyncOutcome?> LookAsync(string connection, AsyncInvocation invocation, CancellationToken cancelled = default);
}

/// <summary>A request that waits for its answer in S3. Locations are S3 URIs.</summary>
/// <param name="Failure">Where a failure is told; empty where the endpoint tells none.</param>
public sealed record AsyncInvocation(string Endpoint, string InferenceId, string Input, string Output, string Failure);

/// <summary>What an asynchronous endpoint left in S3.</summary>
public sealed record AsyncOutcome(bool Succeeded, string Location, ReadOnlyMemory<byte> Body, string ContentType);

/// <inheritdoc/>
internal sealed class AsyncInvoker(ICloudClients clients, ObjectStore objects) : IAsyncInvoker
{
    private const int MostRead = 16 << 20;

    public async Task<AsyncInvocation> StartAsync(string connection, InvocationRequest request, CancellationToken cancelled = default)
    {
        InvocationCheck.Check(request, IAsyncInvoker.MaxBodyBytes);
        var endpoint = await clients.Get<IAmazonSageMaker>(connection).DescribeEndpointAsync(new() { EndpointName = request.Endpoint }, cancelled);
        if (endpoint.AsyncInferenceConfig?.OutputConfig?.S3OutputPath is not { Length: > 0 } output || ObjectRef.Parse(output.TrimEnd('/') + "/x") is not { } beside)
            throw new CloudException(new CloudFault(CloudFaultKind.Invalid, $"Endpoint {request.Endpoint} is not asynchronous: its configuration has no AsyncInferenceConfig with an S3 output path."));
        var input = beside with { Key = $"{beside.Key[..^1]}inputs/{Guid.NewGuid():n}" };
        await objects.WriteAsync(connection, input.Bucket, input.Key, request.Body, request.ContentType, cancelled);
        var answer = await clients.Get<IAmazonSageMakerRuntime>(connection).InvokeEndpointAsyncAsync(new Aws.InvokeEndpointAsyncRequest
        {
            EndpointName = request.Endpoint,
            InputLocation = $"s3://{input.Bucket}/{input.Key}",
            ContentType = OrNull(request.ContentType),
            Accept = OrNull(request.Accept),
            CustomAttributes = OrNull(request.CustomAttributes),
            InferenceId = OrNull(request.InferenceId),
        }, cancelled);
        return new AsyncInvocation(request.Endpoint, answer.InferenceId ?? request.InferenceId, $"s3://{input.Bucket}/{input.Key}", answer.OutputLocation ?? "", answer.FailureLocation ?? "");
    }

    public async Task<AsyncOutcome?> LookAsync(string connection, AsyncInvocation invocation, CancellationToken cancelled = default)
    {
        foreach (var (location, succeeded) in ((string, bool)[])[(invocation.Output, true), (invocation.Failure, false)])
        {
            if (ObjectRef.Parse(location) is not { } source)
                continue;
            try
            {
                var (content, type) = await objects.ReadWithTypeAsync(connection, source, MostRead, cancelled);
                return new AsyncOutcome(succeeded, location, content, type);
            }
            catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
            {
                // Not there yet.
            }
        }
        return null;
    }

    private static string? OrNull(string text) => text.Length > 0 ? text : null;
}
