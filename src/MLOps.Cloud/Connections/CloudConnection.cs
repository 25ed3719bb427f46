namespace MLOps.Cloud.Connections;

/// <summary>The sort of cloud behind a connection.</summary>
public enum ConnectionKind
{
    /// <summary>The local cloud of this process.</summary>
    Embedded,

    /// <summary>AWS, or another endpoint that speaks its protocols.</summary>
    Aws,
}

/// <summary>A cloud that can be looked at: an account in a region.</summary>
/// <param name="Name">The name in URLs and ports; <c>local</c> in embedded mode.</param>
/// <param name="Account">12 digits; empty until it is known.</param>
public sealed record CloudConnection(string Name, string Account, string Region, ConnectionKind Kind, ConnectionLabel Label = ConnectionLabel.Development, string EndpointUrl = "")
{
    /// <summary>Whether the endpoint is on this machine.</summary>
    public bool IsLocal => Uri.TryCreate(EndpointUrl, UriKind.Absolute, out var uri) && uri.IsLoopback;
}

/// <summary>The connections of this installation. Every port names the one it means by <see cref="CloudConnection.Name"/>.</summary>
public interface ICloudConnections
{
    /// <summary>All connections in the order of the configuration; at least one.</summary>
    IReadOnlyList<CloudConnection> All { get; }

    /// <summary>The first connection.</summary>
    CloudConnection Default { get; }

    /// <summary>The connection of that name, or null.</summary>
    CloudConnection? Find(string name);

    /// <summary>Asks the cloud who the portal is there (STS): the account, and the ARN of the portal's identity.</summary>
    /// <exception cref="Faults.CloudException">The cloud cannot be reached or refuses.</exception>
    Task<CloudIdentity> IdentifyAsync(string connection, CancellationToken cancelled = default);
}

/// <summary>Who the portal is in a cloud.</summary>
public sealed record CloudIdentity(string Account, string Arn);
