using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;

namespace MLOps.LocalCloud.Services.SageMakerRuntime;

/// <summary>Sends a request to an instance of an endpoint and reads what the model answers.</summary>
internal sealed class Invoker(EndpointEngine engine, EndpointTable endpoints, ServingClient client, TimeProvider time)
{
    /// <summary>The largest body of a request and of an answer: 6 MiB (the API description).</summary>
    public const int LargestBody = 6_291_456;

    /// <summary>How long a model may take, by SageMaker's documentation.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The fleet that serves an endpoint.</summary>
    /// <exception cref="AwsException">The endpoint is unknown or not in service.</exception>
    public Fleet Serving(Scope scope, string name)
    {
        if (engine.Find(scope, name)?.Serving is { } fleet)
            return fleet;
        var endpoint = endpoints.Find(scope, name) ?? throw RuntimeErrors.NotFound(scope, name);
        throw endpoint[EndpointTable.Active] is null || endpoint.Text("EndpointStatus") != "InService"
            ? RuntimeErrors.NotInService(scope, name, endpoint.Text("EndpointStatus"))
            : RuntimeErrors.NotReady(name, "AllTraffic");
    }

    /// <summary>The variant that the caller names, or one by weight.</summary>
    public static LiveVariant Choose(Fleet fleet, string endpoint, string? target)
    {
        if (target is not null)
            return fleet.Variants.FirstOrDefault(v => v.Name == target) ??
                throw RuntimeErrors.Validation($"Variant {target} not found for Endpoint {endpoint}.");
        var total = fleet.Variants.Sum(v => v.Weight);
        if (total <= 0)
            throw RuntimeErrors.Validation($"Endpoint {endpoint} has no variant with a weight above 0; name one as TargetVariant.");
        var point = Random.Shared.NextDouble() * total;
        foreach (var variant in fleet.Variants)
        {
            point -= variant.Weight;
            if (point < 0)
                return variant;
        }
        return fleet.Variants.Last(v => v.Weight > 0);
    }

    /// <summary>Asks a variant. An instance that cannot be reached was never asked: another takes its place.</summary>
    /// <exception cref="AwsException">No instance is healthy, or the model does not answer in time.</exception>
    public async Task<Invocation> AskAsync(OperationCall call, LiveVariant variant, byte[] body)
    {
        var endpoint = call.Input.Required("EndpointName");
        for (var attempt = 0; ; attempt++)
        {
            var instance = variant.Choose() ?? throw (variant.Instances.Any(i => i.HealthyOnce.IsCompletedSuccessfully)
                ? RuntimeErrors.Unavailable(endpoint, variant.Name) : RuntimeErrors.NotReady(endpoint, variant.Name));
            instance.Enter();
            try
            {
                return await AskAsync(call, variant, instance, body);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && attempt < variant.Instances.Length)
            {
                // It ended a moment ago and its supervisor has not noticed yet.
            }
            catch (HttpRequestException e)
            {
                throw RuntimeErrors.Model(call.Scope, endpoint, 0, $"The serving process ended before it answered: {e.Message}");
            }
            finally
            {
                instance.Leave();
            }
        }
    }

    private async Task<Invocation> AskAsync(OperationCall call, LiveVariant variant, Instance instance, byte[] body)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(call.Cancelled);
        limit.CancelAfter(Limit);
        using var request = Request(call, instance, body);
        var begun = time.GetTimestamp();
        try
        {
            using var answer = await client.SendAsync(request, limit.Token);
            var content = await ReadAsync(answer.Content, call, limit.Token);
            return new Invocation(variant, instance, (int)answer.StatusCode, answer.Content.Headers.TryGetValues("Content-Type", out var types) ? types.First() : null,
                answer.Headers.TryGetValues("X-Amzn-SageMaker-Custom-Attributes", out var attributes) ? attributes.First() : null, content, time.GetElapsedTime(begun));
        }
        catch (OperationCanceledException) when (!call.Cancelled.IsCancellationRequested)
        {
            throw RuntimeErrors.Model(call.Scope, call.Input.Required("EndpointName"), 0,
                "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, " +
                "resolve the issue, and try again.");
        }
    }

    private static HttpRequestMessage Request(OperationCall call, Instance instance, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{instance.Port}/invocations") { Content = new ByteArrayContent(body) };
        if (call.Input.Text("ContentType") is { Length: > 0 } type)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        Add(request.Headers, "Accept", call.Input.Text("Accept"));
        Add(request.Headers, "X-Amzn-SageMaker-Custom-Attributes", call.Input.Text("CustomAttributes"));
        Add(request.Headers, "X-Amzn-SageMaker-Inference-Id", call.Input.Text("InferenceId"));
        return request;
    }

    private static void Add(HttpRequestHeaders headers, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            headers.TryAddWithoutValidation(name, value);
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, OperationCall call, CancellationToken cancelled)
    {
        await using var stream = await content.ReadAsStreamAsync(cancelled);
        using var copy = new MemoryStream((int)Math.Min(content.Headers.ContentLength ?? 4096, LargestBody));
        var buffer = new byte[81920];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancelled)) > 0)
        {
            if (copy.Length + read > LargestBody)
                throw RuntimeErrors.Model(call.Scope, call.Input.Required("EndpointName"), 0, $"The model's answer is larger than {LargestBody} bytes.");
            copy.Write(buffer, 0, read);
        }
        return copy.ToArray();
    }

    /// <summary>The text of a refusal, as far as it is text.</summary>
    public static string Text(byte[] body) => Encoding.UTF8.GetString(body);
}
