using MLOps.Cloud.Access;

namespace MLOps.Tests.Fakes;

public sealed partial class FakeCloud : IPermissionCheck
{
    /// <summary>Operations that the connection may not call.</summary>
    public HashSet<string> Denied { get; } = [];

    /// <summary>Operations that were not asked about, with when they were last used.</summary>
    public Dictionary<string, DateTimeOffset?> Unasked { get; } = [];

    /// <summary>How often the permissions were checked.</summary>
    public int Checks { get; private set; }

    Task<IReadOnlyList<PermissionFinding>> IPermissionCheck.RunAsync(string connection, CancellationToken cancelled)
    {
        Checks++;
        return Task.FromResult<IReadOnlyList<PermissionFinding>>([.. CloudPermissions.All.Select(p => Unasked.TryGetValue(p.Operation, out var used)
            ? new PermissionFinding(p, used is null ? PermissionAnswer.NotAsked : PermissionAnswer.Allowed, "") { UsedAt = used } : Denied.Contains(p.Operation)
            ? new PermissionFinding(p, PermissionAnswer.Denied, "User: portal is not authorized to perform this") : new PermissionFinding(p, PermissionAnswer.Allowed, ""))]);
    }
}
