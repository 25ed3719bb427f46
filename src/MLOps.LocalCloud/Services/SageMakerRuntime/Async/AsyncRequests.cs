using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.SageMakerRuntime.Async;

/// <summary>A request that waits for an asynchronous endpoint. Times are UTC.</summary>
/// <param name="Key">Names the answer's object; the inference id may be given twice, this is not.</param>
internal sealed record AsyncRequest(
    string Key, string InferenceId, string Endpoint, string Input, string Output, string Failure, string ContentType, string Accept, string CustomAttributes,
    DateTimeOffset Received, int SecondsToLive, int SecondsToAnswer)
{
    public DateTimeOffset Expires => Received.AddSeconds(SecondsToLive);
}

/// <summary>The requests that wait or are being answered. One stays until its result is in S3, so that none is lost by a restart.</summary>
internal sealed class AsyncRequests(DocumentStore store)
{
    private readonly DocumentTable documents = store.Table("sagemaker/async-request");

    public void Add(Scope scope, AsyncRequest request) => documents.TryAdd(scope, request.Key, (JsonObject)JsonSerializer.SerializeToNode(request)!);

    public void Done(Scope scope, AsyncRequest request) => documents.Remove(scope, request.Key);

    /// <summary>All of them in the order in which they came.</summary>
    public IReadOnlyList<(Scope Scope, AsyncRequest Request)> All() => [.. documents.All().Select(d => (d.Scope, d.Document.Value.Deserialize<AsyncRequest>()!))];
}
