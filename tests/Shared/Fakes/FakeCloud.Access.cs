using MLOps.Cloud.Access;

namespace MLOps.Tests.Fakes;

public sealed partial class FakeCloud : IPermissionCheck
{
    /// <summary>Operations that the connection may not call.</summary>
    public HashSet<string> Denied { get; } = [];

    /// <summary>How often the permissions were checked.</summary>
    public int Checks { get; private set; }

    Task<IReadOnlyList<PermissionFinding>> IPermissionCheck.RunAsync(string connection, CancellationToken cancelled)
    {
        Checks++;
        return Task.FromResult<IReadOnlyList<PermissionFinding>>([.. CloudPermissions.All.Select(p => Denied.Contains(p.Operation)
            ? new PermissionFinding(p, PermissionAnswer.Denied, "User: portal is not authorized to perform this") : new PermissionFinding(p, PermissionAnswer.Allowed, ""))]);
    }
}
