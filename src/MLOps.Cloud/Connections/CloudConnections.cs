using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Inventory;

namespace MLOps.Cloud.Connections;

/// <summary>The connections of the section <c>Cloud</c>.</summary>
internal sealed class CloudConnections : ICloudConnections
{
    /// <summary>The name of the one connection of embedded mode.</summary>
    public const string Local = "local";

    private readonly ICloudClients clients;

    public CloudConnections(IOptions<CloudOptions> options, ICloudClients clients)
    {
        this.clients = clients;
        All = [.. Connections(options.Value).Select(c => c.Connection)];
    }

    public IReadOnlyList<CloudConnection> All { get; }

    public CloudConnection Default => All[0];

    public CloudConnection? Find(string name) => All.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));

    public async Task<CloudIdentity> IdentifyAsync(string connection, CancellationToken cancelled = default)
    {
        var answer = await clients.Get<IAmazonSecurityTokenService>(connection).GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancelled);
        return new CloudIdentity(answer.Account ?? "", answer.Arn ?? "");
    }

    /// <summary>Every connection with the options that it was made from; in embedded mode there is one.</summary>
    public static IEnumerable<(CloudConnection Connection, ConnectionOptions Options)> Connections(CloudOptions options)
    {
        if (options.Mode == CloudMode.Embedded)
        {
            var local = new ConnectionOptions { Name = Local, Region = options.Region, EndpointUrl = options.EndpointUrl, Account = options.Account };
            return [(new CloudConnection(Local, options.Account, options.Region, ConnectionKind.Embedded, EndpointUrl: options.EndpointUrl), local)];
        }
        return options.Connections.Select(c => (new CloudConnection(c.Name, Account(c), c.Region, ConnectionKind.Aws, c.Label, c.EndpointUrl), c));
    }

    /// <summary>The connection of that name.</summary>
    /// <exception cref="Faults.CloudException">There is none.</exception>
    public static (CloudConnection Connection, ConnectionOptions Options) Named(CloudOptions options, string name)
    {
        foreach (var found in Connections(options))
            if (string.Equals(found.Connection.Name, name, StringComparison.OrdinalIgnoreCase))
                return found;
        throw UnknownConnection.Named(name);
    }

    private static string Account(ConnectionOptions options) =>
        options.Account.Length > 0 ? options.Account
        : options.RoleArn.Split(':') is { Length: > 4 } arn ? arn[4]
        : "";
}
