using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.SageMakerRuntime;

/// <summary>Invokes endpoints.</summary>
internal sealed class RuntimeOperations(Invoker invoker, DataCapture capture, IMetricStore metrics, TimeProvider time) : IOperations
{
    public void Map(OperationMap map) => map
        .On("sagemaker-runtime", "InvokeEndpoint", InvokeAsync)
        .On("sagemaker-runtime", "InvokeEndpointWithResponseStream", StreamAsync);

    private async Task<OperationAnswer> InvokeAsync(OperationCall call)
    {
        var invocation = await BeginAsync(call);
        using var exchange = invocation.Exchange;
        var answer = await ReadAsync(call, invocation);
        capture.Take(call, invocation.Fleet, invocation.Variant, invocation.Body, exchange.ContentType, answer);
        var output = Output(invocation);
        if (exchange.NewSessionId is { Length: > 0 } begun)
            output["NewSessionId"] = begun;
        if (exchange.ClosedSessionId is { Length: > 0 } closed)
            output["ClosedSessionId"] = closed;
        return new OperationAnswer(output) { Body = new MemoryStream(answer, writable: false) };
    }

    private async Task<OperationAnswer> StreamAsync(OperationCall call)
    {
        var invocation = await BeginAsync(call);
        if (!invocation.Exchange.Succeeded)
            using (invocation.Exchange)
                await ReadAsync(call, invocation); // throws what the model said
        return new OperationAnswer(Output(invocation)) { Events = PartsAsync(invocation) };
    }

    /// <summary>The whole answer.</summary>
    /// <exception cref="AwsException">The model refuses, or does not answer to the end.</exception>
    private async Task<byte[]> ReadAsync(OperationCall call, Invocation invocation)
    {
        var endpoint = call.Input.Required("EndpointName");
        byte[] answer;
        try
        {
            answer = await invocation.Exchange.ReadAsync();
        }
        catch (ModelSilence silence)
        {
            invocation.Metrics.Unanswered();
            throw RuntimeErrors.Model(call.Scope, endpoint, 0, silence.Message);
        }
        invocation.Measure(time);
        return invocation.Exchange.Succeeded ? answer : throw RuntimeErrors.Model(call.Scope, endpoint, invocation.Exchange.Status, Encoding.UTF8.GetString(answer));
    }

    /// <summary>Sends the request and waits until its answer begins.</summary>
    private async Task<Invocation> BeginAsync(OperationCall call)
    {
        Refuse(call.Input);
        var begun = time.GetTimestamp();
        var endpoint = call.Input.Required("EndpointName");
        var session = invoker.Session(call);
        var fleet = session?.Fleet ?? invoker.Serving(call.Scope, endpoint, call.Input.Text("TargetVariant"));
        if (fleet.Plan.Async is not null)
            throw RuntimeErrors.Validation($"Endpoint {endpoint} is an asynchronous endpoint. Use InvokeEndpointAsync.");
        var body = await ReadAsync(call);
        var variant = session?.Variant ?? Invoker.Choose(fleet, endpoint, call.Input.Text("TargetVariant"));
        var measured = new InvocationMetrics(metrics, call.Scope, endpoint, variant, time.GetUtcNow());
        var sent = time.GetTimestamp();
        try
        {
            var exchange = await invoker.AskAsync(call, variant, body, session: session);
            invoker.Remember(call, fleet, variant, exchange);
            return new Invocation(fleet, variant, body, exchange, measured, begun, sent);
        }
        catch (ModelSilence silence)
        {
            measured.Unanswered();
            throw RuntimeErrors.Model(call.Scope, endpoint, 0, silence.Message);
        }
        catch (AwsException)
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
        // Every endpoint here serves one model a variant; these are the service's own words for that.
        if (input.Text("TargetModel") is { Length: > 0 })
            throw RuntimeErrors.Validation($"Endpoint {input.Required("EndpointName")} is not a multi-model endpoint and does not support target model header.");
        foreach (var member in (string[])["TargetContainerHostname", "InferenceComponentName", "EnableExplanations"])
            if (input.Text(member) is { Length: > 0 })
                throw RuntimeErrors.Validation($"The local cloud does not offer invocations with {member}.");
    }

    private static JsonObject Output(Invocation invocation)
    {
        var output = new JsonObject { ["InvokedProductionVariant"] = invocation.Variant.Name };
        if (invocation.Exchange.ContentType is { Length: > 0 } type)
            output["ContentType"] = type;
        if (invocation.Exchange.CustomAttributes is { Length: > 0 } attributes)
            output["CustomAttributes"] = attributes;
        return output;
    }

    private async IAsyncEnumerable<StreamEvent> PartsAsync(Invocation invocation)
    {
        using var exchange = invocation.Exchange;
        await using var pieces = exchange.PiecesAsync().GetAsyncEnumerator();
        while (await NextAsync())
            yield return new StreamEvent("PayloadPart", pieces.Current.ToArray());
        invocation.Measure(time);

        async Task<bool> NextAsync()
        {
            try
            {
                return await pieces.MoveNextAsync();
            }
            catch (ModelSilence silence)
            {
                invocation.Metrics.Unanswered();
                var late = silence.Message == ModelSilence.TooLate;
                throw new AwsException("ModelStreamError", silence.Message) { Members = new JsonObject { ["ErrorCode"] = late ? "ModelInvocationTimeExceeded" : "StreamBroken" } };
            }
        }
    }

    /// <summary>One invocation on its way.</summary>
    /// <param name="Begun">When the request came, as a timestamp of the clock.</param>
    /// <param name="Sent">When it was handed to the model.</param>
    private sealed record Invocation(Fleet Fleet, LiveVariant Variant, byte[] Body, Exchange Exchange, InvocationMetrics Metrics, long Begun, long Sent)
    {
        /// <summary>Records an answer that has come to its end.</summary>
        public void Measure(TimeProvider time) => Metrics.Answered(Exchange.Status, time.GetElapsedTime(Sent), time.GetElapsedTime(Begun));
    }
}
