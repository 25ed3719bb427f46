using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMakerRuntime.Async;

/// <summary>Takes requests of asynchronous endpoints: input and answer are objects in S3.</summary>
internal sealed class AsyncOperations(Invoker invoker, AsyncQueue queue, TimeProvider time) : IOperations
{
    // The API reference: a request waits six hours at most, and a model may take fifteen minutes where nothing else is said.
    private const int SecondsToLive = 21_600;
    private const int SecondsToAnswer = 900;

    public void Map(OperationMap map) => map.On("sagemaker-runtime", "InvokeEndpointAsync", Invoke);

    private JsonObject Invoke(OperationCall call)
    {
        var input = call.Input;
        Unsupported.Refuse(input, "InvokeEndpointAsync", "S3OutputPathExtension", "Filename");
        var endpoint = input.Required("EndpointName");
        if (invoker.Serving(call.Scope, endpoint, null).Plan.Async is not { } plan)
            throw RuntimeErrors.Validation($"Endpoint {endpoint} is not an asynchronous endpoint: its configuration has no AsyncInferenceConfig. Use InvokeEndpoint.");
        var source = input.Required("InputLocation");
        if (S3Location.Parse(source) is not { Key.Length: > 0 })
            throw RuntimeErrors.Validation($"InputLocation must be of the form s3://bucket/key; {source} is not.");
        var key = Guid.NewGuid().ToString();
        var request = new AsyncRequest(
            key, input.Text("InferenceId") ?? key, endpoint, source, S3Location.Parse(plan.Output)!.Below($"{key}.out").ToString(),
            plan.Failure.Length == 0 ? "" : S3Location.Parse(plan.Failure)!.Below($"{key}-error.out").ToString(),
            input.Text("ContentType") ?? "", input.Text("Accept") ?? "", input.Text("CustomAttributes") ?? "", time.GetUtcNow(),
            input.Whole("RequestTTLSeconds") ?? SecondsToLive, input.Whole("InvocationTimeoutSeconds") ?? SecondsToAnswer);
        queue.Take(call.Scope, request);
        var answer = new JsonObject { ["InferenceId"] = request.InferenceId, ["OutputLocation"] = request.Output };
        if (request.Failure.Length > 0)
            answer["FailureLocation"] = request.Failure;
        return answer;
    }
}
