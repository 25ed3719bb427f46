using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Calls;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Access;

/// <summary>How AWS answered when it was asked.</summary>
public enum PermissionAnswer
{
    /// <summary>The connection may do it.</summary>
    Allowed,

    /// <summary>The connection may not.</summary>
    Denied,

    /// <summary>It cannot be asked without doing it, and has not been used since the portal started.</summary>
    NotAsked,

    /// <summary>The cloud did not answer, or does not know the operation.</summary>
    Unknown,
}

/// <summary>What was found out about one permission.</summary>
/// <param name="Words">What the cloud said, where it did not allow it.</param>
public sealed record PermissionFinding(CloudPermission Permission, PermissionAnswer Answer, string Words)
{
    /// <summary>When it was last used, where that and no question tells the answer; else null.</summary>
    public DateTimeOffset? UsedAt { get; init; }
}

/// <summary>Finds out what a connection may do, by asking in ways that change nothing, or by how its last use came out where that cannot be asked.</summary>
public interface IPermissionCheck
{
    /// <summary>Asks about every permission, a few at a time; the order is that of <see cref="CloudPermissions.All"/>.</summary>
    Task<IReadOnlyList<PermissionFinding>> RunAsync(string connection, CancellationToken cancelled = default);
}

/// <inheritdoc/>
internal sealed class PermissionCheck(ICloudClients clients, CallObserver calls) : IPermissionCheck
{
    private const int AtOnce = 4;

    public async Task<IReadOnlyList<PermissionFinding>> RunAsync(string connection, CancellationToken cancelled = default)
    {
        var findings = new PermissionFinding[CloudPermissions.All.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, findings.Length), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancelled },
            async (i, stop) => findings[i] = await AskAsync(CloudPermissions.All[i], connection, stop));
        return findings;
    }

    private async Task<PermissionFinding> AskAsync(CloudPermission permission, string connection, CancellationToken cancelled)
    {
        if (permission.Probe is null)
        {
            return calls.LastOf(connection, permission.Service, permission.Operation) is { } used
                ? new(permission, used.Denial is null ? PermissionAnswer.Allowed : PermissionAnswer.Denied, used.Denial ?? "") { UsedAt = used.At }
                : new(permission, PermissionAnswer.NotAsked, "");
        }
        try
        {
            await permission.Probe(clients, connection, cancelled);
            return new(permission, PermissionAnswer.Allowed, "");
        }
        catch (CloudException answered)
        {
            return new(permission, Read(answered.Fault), answered.Fault.Message);
        }
    }

    /// <summary>Who hears that there is no such thing was let in: AWS asks about permissions first.</summary>
    private static PermissionAnswer Read(CloudFault fault) => fault.Kind switch
    {
        CloudFaultKind.Denied => PermissionAnswer.Denied,
        CloudFaultKind.NotFound or CloudFaultKind.Invalid or CloudFaultKind.Conflict => PermissionAnswer.Allowed,
        _ => PermissionAnswer.Unknown,
    };
}

internal static class AccessServices
{
    public static IServiceCollection AddAccess(this IServiceCollection services) => services.AddSingleton<IPermissionCheck, PermissionCheck>();
}
