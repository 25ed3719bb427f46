namespace MLOps.LocalCloud.Protocol.Model;

/// <summary>One operation: its shapes and how it travels over HTTP.</summary>
internal sealed class ApiOperation
{
    public required ApiService Service { get; init; }

    public required string Name { get; init; }

    public required string Method { get; init; }

    public required UriTemplate Uri { get; init; }

    /// <summary>The status of an answer without fault.</summary>
    public int Status { get; init; } = 200;

    public ApiShape? Input { get; init; }

    public ApiShape? Output { get; init; }

    /// <summary>The element around the output of the query protocol.</summary>
    public string? ResultWrapper { get; init; }

    /// <summary>The input member that names a checksum algorithm, where the request may carry a checksum.</summary>
    public string? ChecksumAlgorithmMember { get; init; }

    public override string ToString() => $"{Service.Name} {Name}";
}

/// <summary>An operation of a service that the local cloud knows by name only.</summary>
internal sealed record UnbuiltOperation(string Name, string Method, UriTemplate Uri);
