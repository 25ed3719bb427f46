using System.Collections.Concurrent;
using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SageMakerRuntime;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Calls;

namespace MLOps.Cloud.Connections;

/// <summary>Hands out the SDK's clients; each is made once a connection and shared.</summary>
internal interface ICloudClients
{
    /// <summary>The client of a service, such as <c>IAmazonSageMaker</c>. Its calls throw <see cref="Faults.CloudException"/>.</summary>
    /// <exception cref="Faults.CloudException">There is no connection of that name.</exception>
    T Get<T>(string connection) where T : class, IAmazonService;
}

/// <inheritdoc/>
internal sealed class CloudClients(IOptions<CloudOptions> options, CallObserver observer, TimeProvider time) : ICloudClients, IDisposable
{
    // InvokeEndpoint may take 60 s in the model; the caller's limit is above that.
    private static readonly TimeSpan InvocationTimeout = TimeSpan.FromSeconds(70);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string Connection, Type Service), Lazy<object>> clients = new();
    private readonly ConcurrentDictionary<string, ConnectionCalls> calls = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, AWSCredentials> credentials = new(StringComparer.OrdinalIgnoreCase);

    public T Get<T>(string connection) where T : class, IAmazonService =>
        (T)clients.GetOrAdd((connection, typeof(T)), key => new Lazy<object>(() => Create<T>(key.Connection))).Value;

    /// <summary>The SDK's own settings for a connection: region, profile, role.</summary>
    public AWSOptions SettingsOf(string connection)
    {
        var (_, c) = CloudConnections.Named(options.Value, connection);
        var settings = new AWSOptions
        {
            Profile = c.Profile.Length > 0 ? c.Profile : null,
            Region = RegionEndpoint.GetBySystemName(c.Region),
            SessionRoleArn = c.RoleArn.Length > 0 ? c.RoleArn : null,
            SessionName = "mlops-portal",
            ExternalId = c.ExternalId.Length > 0 ? c.ExternalId : null,
        };
        // The local cloud takes any credentials; an access key that is an account's number chooses the account.
        if (options.Value.Mode == CloudMode.Embedded)
            settings.Credentials = new BasicAWSCredentials(c.Account, "local");
        return settings;
    }

    /// <summary>The credentials that sign a connection's calls.</summary>
    public AWSCredentials CredentialsOf(string connection) => credentials.GetOrAdd(connection, n => SettingsOf(n).GetCredentials());

    public void Dispose()
    {
        foreach (var client in clients.Values.Where(c => c.IsValueCreated))
            ((IDisposable)client.Value).Dispose();
    }

    /// <summary>Sets up a client's configuration for a connection: where it is, how long it waits, who observes it.</summary>
    public void Configure(ClientConfig config, string name)
    {
        var (connection, c) = CloudConnections.Named(options.Value, name);
        if (c.EndpointUrl.Length > 0)
        {
            config.ServiceURL = c.EndpointUrl;
            config.AuthenticationRegion = c.Region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(c.Region);
        }
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = 2;
        config.Timeout = CallTimeout;
        if (config is AmazonS3Config s3)
            s3.ForcePathStyle = c.EndpointUrl.Length > 0;
        if (config is AmazonSageMakerRuntimeConfig)
        {
            // A second try would hide from the person what the first one answered, and add to the latency that is shown.
            config.Timeout = InvocationTimeout;
            config.MaxErrorRetry = 0;
        }
        CallHandler.Observe(config, calls.GetOrAdd(connection.Name, _ => new ConnectionCalls(connection, observer, time)));
    }

    private T Create<T>(string name) where T : class, IAmazonService
    {
        var config = T.CreateDefaultClientConfig();
        Configure(config, name);
        return (T)T.CreateDefaultServiceClient(CredentialsOf(name), config);
    }
}
