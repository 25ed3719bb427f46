using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMakerRuntime;

/// <summary>Invokes endpoints.</summary>
internal sealed class RuntimeOperations(Invoker invoker, DataCapture capture, IMetricStore metrics, TimeProvider time) : IOperations
{
    private const int Piece = 64 * 1024;

    public void Map(OperationMap map) => map
        .On("sagemaker-runtime", "InvokeEndpoint", InvokeAsync)
        .On("sagemaker-runtime", "InvokeEndpointWithResponseStream", StreamAsync);

    private async Task<OperationAnswer> InvokeAsync(OperationCall call)
    {
        var answer = await AskAsync(call);
        return new OperationAnswer(Output(answer)) { Body = new MemoryStream(answer.Body, writable: false) };
    }

    private async Task<OperationAnswer> StreamAsync(OperationCall call)
    {
        var answer = await AskAsync(call);
        return new OperationAnswer(Output(answer)) { Events = PartsAsync(answer.Body) };
    }

    private async Task<Invocation> AskAsync(OperationCall call)
    {
        Refuse(call.Input);
        var begun = time.GetTimestamp();
        var endpoint = call.Input.Required("EndpointName");
        var fleet = invoker.Serving(call.Scope, endpoint);
        var body = await ReadAsync(call);
        var variant = Invoker.Choose(fleet, endpoint, call.Input.Text("TargetVariant"));
        var measured = new InvocationMetrics(metrics, call.Scope, endpoint, variant, time.GetUtcNow());
        try
        {
            var answer = await invoker.AskAsync(call, variant, body);
            measured.Answered(answer.Status, answer.Latency, time.GetElapsedTime(begun));
            if (answer.Status is < 200 or >= 300)
                throw RuntimeErrors.Model(call.Scope, endpoint, answer.Status, Invoker.Text(answer.Body));
            capture.Take(call, fleet, variant, body, answer);
            return answer;
        }
        catch (AwsException e) when (e.Code != "ModelError" || e.Members["OriginalStatusCode"]?.GetValue<int>() == 0)
        {
            measured.Unanswered();
            throw;
        }
    }

    private static async Task<byte[]> ReadAsync(OperationCall call)
    {
        using var copy = new MemoryStream((int)Math.Min(call.BodyLength ?? 1024, Invoker.LargestBody));
        await call.Body.CopyToAsync(copy, call.Cancelled);
        return copy.Length <= Invoker.LargestBody ? copy.ToArray() : throw RuntimeErrors.Validation(
            $"1 validation error detected: Value at 'body' failed to satisfy constraint: Member must have length less than or equal to {Invoker.LargestBody}");
    }

    private static void Refuse(JsonObject input)
    {
        foreach (var member in (string[])["TargetModel", "TargetContainerHostname", "InferenceComponentName", "EnableExplanations", "SessionId"])
            if (input.Text(member) is { Length: > 0 })
                throw RuntimeErrors.Validation($"The local cloud does not offer invocations with {member}.");
    }

    private static JsonObject Output(Invocation answer)
    {
        var output = new JsonObject { ["InvokedProductionVariant"] = answer.Variant.Name };
        if (answer.ContentType is { Length: > 0 } type)
            output["ContentType"] = type;
        if (answer.CustomAttributes is { Length: > 0 } attributes)
            output["CustomAttributes"] = attributes;
        return output;
    }

    private static async IAsyncEnumerable<StreamEvent> PartsAsync(byte[] body)
    {
        await Task.CompletedTask;
        for (var at = 0; at < body.Length; at += Piece)
            yield return new StreamEvent("PayloadPart", body.AsMemory(at, Math.Min(Piece, body.Length - at)));
    }
}
