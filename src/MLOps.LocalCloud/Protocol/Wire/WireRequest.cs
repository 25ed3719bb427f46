using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Routing;

namespace MLOps.LocalCloud.Protocol.Wire;

/// <summary>A request that has found its operation: what codecs read from and write to.</summary>
internal sealed class WireRequest(HttpContext http, OperationRoute route, RequestIdentity identity, string requestId)
{
    public HttpContext Http { get; } = http;

    public ApiOperation Operation { get; } = route.Operation;

    public ApiService Service => Operation.Service;

    /// <summary>The values of the labels in the path, decoded.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; } = route.Labels;

    public RequestIdentity Identity { get; } = identity;

    public string RequestId { get; } = requestId;

    /// <summary>The body of a query request, parsed while routing.</summary>
    public QueryNode? Form { get; } = route.Form;
}
