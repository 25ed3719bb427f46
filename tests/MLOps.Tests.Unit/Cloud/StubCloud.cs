using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Cloud.Calls;
using MLOps.Cloud.Connections;

namespace MLOps.Tests.Unit.Cloud;

/// <summary>
/// A cloud whose answers are written down: the real clients and the portal's handler of calls, over an HTTP handler that
/// answers JSON operations by their names.
/// </summary>
internal sealed class StubCloud : ICloudClients, IDisposable
{
    private readonly ConcurrentDictionary<string, Func<JsonObject, JsonObject>> answers = new();
    private readonly ConcurrentDictionary<string, Func<string, (HttpStatusCode Status, string Xml)>> queries = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ConnectionCalls calls;

    public StubCloud()
    {
        Connection = new CloudConnection("local", "123456789012", "us-east-1", ConnectionKind.Embedded, EndpointUrl: "http://127.0.0.1:1");
        Observer = new CallObserver(NullLogger<CallObserver>.Instance, services.GetRequiredService<IMeterFactory>());
        calls = new ConnectionCalls(Connection, Observer, TimeProvider.System);
    }

    public CloudConnection Connection { get; }

    public CallObserver Observer { get; }

    /// <summary>What was asked, in order.</summary>
    public ConcurrentQueue<(string Operation, JsonObject Input)> Asked { get; } = new();

    /// <summary>Writes an answer down; it takes the place of an earlier one.</summary>
    public StubCloud On(string operation, Func<JsonObject, JsonObject> answer)
    {
        answers[operation] = answer;
        return this;
    }

    public StubCloud On(string operation, string json) => On(operation, _ => (JsonObject)JsonNode.Parse(json)!);

    /// <summary>Writes down what an operation of the query protocol is answered with; it is handed the form that was sent.</summary>
    public StubCloud OnQuery(string operation, Func<string, (HttpStatusCode Status, string Xml)> answer)
    {
        queries[operation] = answer;
        return this;
    }

    public IReadOnlyList<JsonObject> InputsOf(string operation) => [.. Asked.Where(a => a.Operation == operation).Select(a => a.Input)];

    public T Get<T>(string connection) where T : class, IAmazonService
    {
        var config = T.CreateDefaultClientConfig();
        config.ServiceURL = Connection.EndpointUrl;
        config.AuthenticationRegion = Connection.Region;
        config.MaxErrorRetry = 0;
        config.HttpClientFactory = new Factory(this);
        CallHandler.Observe(config, calls);
        return (T)T.CreateDefaultServiceClient(new BasicAWSCredentials("key", "secret"), config);
    }

    public void Dispose() => services.Dispose();

    private sealed class Factory(StubCloud cloud) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(cloud));

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }

    private sealed class Handler(StubCloud cloud) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!request.Headers.TryGetValues("X-Amz-Target", out var target))
                return await cloud.AnswerQueryAsync(request, cancellationToken);
            var operation = target.Single().Split('.')[^1];
            var input = (JsonObject)JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            cloud.Asked.Enqueue((operation, input));
            var (status, body) = cloud.Answer(operation, input);
            return new HttpResponseMessage(status)
            {
                Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/x-amz-json-1.1"),
                Headers = { { "x-amzn-RequestId", "request-1" } },
            };
        }
    }

    // Other services are not spoken here: what they are asked is answered as not known.
    private async Task<HttpResponseMessage> AnswerQueryAsync(HttpRequestMessage request, CancellationToken cancelled)
    {
        var form = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancelled);
        if (queries.FirstOrDefault(q => form.Contains($"Action={q.Key}&", StringComparison.Ordinal)) is not { Key: { } operation, Value: { } answer })
            return new HttpResponseMessage(HttpStatusCode.NotImplemented);
        Asked.Enqueue((operation, new JsonObject { ["form"] = form }));
        var (status, xml) = answer(form);
        return new HttpResponseMessage(status) { Content = new StringContent(xml, Encoding.UTF8, "text/xml") };
    }

    private (HttpStatusCode, JsonObject) Answer(string operation, JsonObject input)
    {
        if (!answers.TryGetValue(operation, out var answer))
            return (HttpStatusCode.NotImplemented, new JsonObject { ["__type"] = "NotImplemented", ["message"] = $"Nothing is written down for {operation}." });
        try
        {
            return (HttpStatusCode.OK, answer(input));
        }
        catch (StubError e)
        {
            return (e.Status, new JsonObject { ["__type"] = e.Code, ["message"] = e.Message });
        }
    }
}

/// <summary>An error that a stub answers with.</summary>
internal sealed class StubError(string code, string message, HttpStatusCode status = HttpStatusCode.BadRequest) : Exception(message)
{
    public string Code { get; } = code;

    public HttpStatusCode Status { get; } = status;
}
