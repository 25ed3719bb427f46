using System.Net.Http.Headers;
using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;

namespace MLOps.LocalCloud.Services.SageMakerRuntime;

/// <summary>Sends a request to an instance of an endpoint and reads what the model answers.</summary>
internal sealed class Invoker(EndpointEngine engine, EndpointTable endpoints, ServingClient client)
{
    /// <summary>The largest body of a request and of an answer: 6 MiB (the API description).</summary>
    public const int LargestBody = 6_291_456;

    /// <summary>What a caller sends in place of an id to begin a session.</summary>
    public const string NewSession = "NEW_SESSION";

    /// <summary>How long a model may take, by SageMaker's documentation.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The fleet for a request; while an update moves the traffic, the old or the new one by their shares.</summary>
    /// <param name="variant">The variant that the caller names, if any.</param>
    /// <exception cref="AwsException">The endpoint is unknown or not in service.</exception>
    public Fleet Serving(Scope scope, string name, string? variant)
    {
        if (engine.Find(scope, name)?.Choose(variant) is { } fleet)
            return fleet;
        var endpoint = endpoints.Find(scope, name) ?? throw RuntimeErrors.NotFound(scope, name);
        throw endpoint[EndpointTable.Active] is null || endpoint.Text("EndpointStatus") != "InService"
            ? RuntimeErrors.NotInService(scope, name, endpoint.Text("EndpointStatus"))
            : RuntimeErrors.NotReady(name, "AllTraffic");
    }

    /// <summary>The instance that holds the session which the caller names; null where the caller names none, or asks for a new one.</summary>
    /// <exception cref="AwsException">Nobody holds it, or another variant than the caller names does.</exception>
    public HeldSession? Session(OperationCall call)
    {
        if (call.Input.Text("SessionId") is not { Length: > 0 } id || id == NewSession)
            return null;
        var endpoint = call.Input.Required("EndpointName");
        var session = engine.Find(call.Scope, endpoint)?.Sessions.Find(id) ?? throw RuntimeErrors.NoSession(endpoint, id);
        return call.Input.Text("TargetVariant") is { Length: > 0 } target && target != session.Variant.Name
            ? throw RuntimeErrors.Validation($"Session {id} of endpoint {endpoint} is held by variant {session.Variant.Name}, not by {target}.") : session;
    }

    /// <summary>Remembers what the model said about sessions: the one that it began is held by the instance that answered.</summary>
    public void Remember(OperationCall call, Fleet fleet, LiveVariant variant, Exchange exchange)
    {
        if (!exchange.Succeeded || engine.Find(call.Scope, call.Input.Required("EndpointName"))?.Sessions is not { } sessions)
            return;
        if (exchange.NewSessionId is { Length: > 0 } begun && !sessions.Begin(begun, fleet, variant, exchange.Instance))
            exchange.Instance.Log($"No session is kept: X-Amzn-SageMaker-New-Session-Id is not of the form 'ID; Expires=2026-01-31T12:00:00Z'.");
        if (exchange.ClosedSessionId is { Length: > 0 } closed)
            sessions.Close(closed);
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

    /// <summary>Asks a variant; dispose what it begins to answer. An instance that cannot be reached was never asked: another takes its place.</summary>
    /// <exception cref="AwsException">No instance is healthy.</exception>
    /// <exception cref="ModelSilence">The instance does not begin to answer.</exception>
    /// <param name="session">Who holds the session of the request: nobody takes that instance's place.</param>
    public async Task<Exchange> AskAsync(OperationCall call, LiveVariant variant, byte[] body, TimeSpan? within = null, HeldSession? session = null)
    {
        var endpoint = call.Input.Required("EndpointName");
        if (session is not null)
            return await AskHolderAsync(call, session, body, within ?? Limit);
        for (var attempt = 0; ; attempt++)
        {
            var instance = variant.Choose() ?? throw (variant.Instances.Any(i => i.HealthyOnce.IsCompletedSuccessfully)
                ? RuntimeErrors.Unavailable(endpoint, variant.Name) : RuntimeErrors.NotReady(endpoint, variant.Name));
            try
            {
                return await AskAsync(call, instance, body, within ?? Limit);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && attempt < variant.Instances.Length)
            {
                // It ended a moment ago and its supervisor has not noticed yet.
            }
            catch (HttpRequestException e)
            {
                throw new ModelSilence($"The serving process ended before it answered: {e.Message}");
            }
        }
    }

    private async Task<Exchange> AskHolderAsync(OperationCall call, HeldSession session, byte[] body, TimeSpan within)
    {
        try
        {
            return session.Instance.Healthy ? await AskAsync(call, session.Instance, body, within) : throw RuntimeErrors.HolderUnwell(call.Input.Required("SessionId"));
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
        {
            throw RuntimeErrors.HolderUnwell(call.Input.Required("SessionId"));
        }
        catch (HttpRequestException e)
        {
            throw new ModelSilence($"The serving process ended before it answered: {e.Message}");
        }
    }

    private async Task<Exchange> AskAsync(OperationCall call, Instance instance, byte[] body, TimeSpan within)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(call.Cancelled);
        limit.CancelAfter(within);
        instance.Enter();
        try
        {
            var answer = await client.SendAsync(Request(call, instance, body), limit.Token);
            return new Exchange(instance, answer, limit, call.Cancelled);
        }
        catch (Exception e)
        {
            instance.Leave();
            limit.Dispose();
            if (e is OperationCanceledException && !call.Cancelled.IsCancellationRequested)
                throw new ModelSilence(ModelSilence.TooLate);
            throw;
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
        Add(request.Headers, "X-Amzn-SageMaker-Session-Id", call.Input.Text("SessionId"));
        return request;
    }

    private static void Add(HttpRequestHeaders headers, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            headers.TryAddWithoutValidation(name, value);
    }
}
