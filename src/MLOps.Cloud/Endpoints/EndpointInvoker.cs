using Amazon.SageMakerRuntime;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using Aws = Amazon.SageMakerRuntime.Model;

namespace MLOps.Cloud.Endpoints;

/// <inheritdoc/>
internal sealed class EndpointInvoker(ICloudClients clients, TimeProvider time) : IEndpointInvoker
{
    private const int MaxAttributes = 1024;

    public async Task<InvocationResult> InvokeAsync(string connection, InvocationRequest request, CancellationToken cancelled = default)
    {
        Check(request);
        using var body = new MemoryStream(request.Body.ToArray(), writable: false);
        var call = new Aws.InvokeEndpointRequest
        {
            EndpointName = request.Endpoint,
            Body = body,
            ContentType = OrNull(request.ContentType),
            Accept = OrNull(request.Accept),
            CustomAttributes = OrNull(request.CustomAttributes),
            TargetVariant = OrNull(request.TargetVariant),
            InferenceId = OrNull(request.InferenceId),
        };
        var started = time.GetTimestamp();
        try
        {
            var answer = await clients.Get<IAmazonSageMakerRuntime>(connection).InvokeEndpointAsync(call, cancelled);
            var took = time.GetElapsedTime(started);
            return new InvocationResult((int)answer.HttpStatusCode, answer.Body?.ToArray() ?? [], answer.ContentType ?? "", answer.InvokedProductionVariant ?? "", took)
            {
                CustomAttributes = answer.CustomAttributes ?? "",
                RequestId = answer.ResponseMetadata?.RequestId ?? "",
            };
        }
        catch (CloudException e) when (e.InnerException is Aws.ModelErrorException model)
        {
            // What the model said is the answer, as much as a prediction is.
            return new InvocationResult(
                model.OriginalStatusCode ?? (int)model.StatusCode, System.Text.Encoding.UTF8.GetBytes(model.OriginalMessage ?? model.Message), "text/plain",
                request.TargetVariant, time.GetElapsedTime(started))
            {
                RequestId = model.RequestId ?? "",
                LogStreamArn = model.LogStreamArn ?? "",
            };
        }
    }

    private static void Check(InvocationRequest request)
    {
        if (request.Body.Length > IEndpointInvoker.MaxBodyBytes)
            throw Invalid($"The body has {request.Body.Length:N0} bytes; an endpoint takes at most {IEndpointInvoker.MaxBodyBytes:N0}.");
        if (request.CustomAttributes.Length > MaxAttributes)
            throw Invalid($"The custom attributes have {request.CustomAttributes.Length:N0} characters; an endpoint takes at most {MaxAttributes:N0}.");
        if (request.CustomAttributes.Any(c => c is < ' ' or > '~'))
            throw Invalid("Custom attributes travel in a header: they take printable ASCII characters only.");
    }

    private static CloudException Invalid(string message) => new(new CloudFault(CloudFaultKind.Invalid, message));

    private static string? OrNull(string text) => text.Length > 0 ? text : null;
}
