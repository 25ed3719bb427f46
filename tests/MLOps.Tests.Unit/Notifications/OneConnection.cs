using MLOps.Cloud.Connections;

namespace MLOps.Tests.Unit.Notifications;

/// <summary>A configuration with one connection named <c>local</c>.</summary>
internal sealed class OneConnection : ICloudConnections
{
    public IReadOnlyList<CloudConnection> All { get; } = [new("local", "123456789012", "us-east-1", ConnectionKind.Embedded)];

    public CloudConnection Default => All[0];

    public CloudConnection? Find(string name) => All.FirstOrDefault(c => c.Name == name);

    public Task<CloudIdentity> IdentifyAsync(string connection, CancellationToken cancelled = default) => throw new NotSupportedException();
}
