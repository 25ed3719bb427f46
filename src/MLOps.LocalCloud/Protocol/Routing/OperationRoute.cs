using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Wire;

namespace MLOps.LocalCloud.Protocol.Routing;

/// <summary>Where a request goes.</summary>
internal sealed record OperationRoute(ApiOperation Operation, IReadOnlyDictionary<string, string> Labels, QueryNode? Form = null)
{
    public static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>();
}

/// <summary>
/// What the router made of a request: a route, or the refusal; the codec that speaks to this caller either way, and
/// the names that are known, for the log.
/// </summary>
internal readonly record struct RoutingResult(IWireCodec Codec, string Service, string Operation)
{
    public ApiService? Description { get; init; }

    public OperationRoute? Route { get; init; }

    public AwsException? Refusal { get; init; }
}
