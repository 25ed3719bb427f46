using System.Collections.Frozen;

namespace MLOps.LocalCloud.Protocol.Model;

/// <summary>A service as its API description has it.</summary>
internal sealed class ApiService
{
    /// <summary>botocore's name, such as <c>sagemaker-runtime</c>: what handlers register under.</summary>
    public required string Name { get; init; }

    public required string ServiceId { get; init; }

    public required string ApiVersion { get; init; }

    public required string EndpointPrefix { get; init; }

    /// <summary>The name in the scope of a signature.</summary>
    public required string SigningName { get; init; }

    /// <summary>The protocols of the description, the preferred one first.</summary>
    public required IReadOnlyList<string> Protocols { get; init; }

    public string? JsonVersion { get; init; }

    public string? TargetPrefix { get; init; }

    public string? XmlNamespace { get; init; }

    /// <summary>Error codes of the service's former query protocol are sent in a header as well.</summary>
    public bool QueryCompatible { get; init; }

    public FrozenDictionary<string, ApiOperation> Operations { get; internal set; } = FrozenDictionary<string, ApiOperation>.Empty;

    /// <summary>Operations that AWS has and the local cloud has not.</summary>
    public FrozenDictionary<string, UnbuiltOperation> Unbuilt { get; internal set; } = FrozenDictionary<string, UnbuiltOperation>.Empty;

    /// <summary>Exceptions by shape name and by wire code.</summary>
    public FrozenDictionary<string, ApiShape> Errors { get; internal set; } = FrozenDictionary<string, ApiShape>.Empty;

    public FrozenDictionary<string, ApiShape> Shapes { get; internal set; } = FrozenDictionary<string, ApiShape>.Empty;

    public bool Speaks(string protocol) => Protocols.Contains(protocol);

    public override string ToString() => Name;
}
