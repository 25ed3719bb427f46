using Amazon.Runtime;
using MLOps.Cloud.Connections;

namespace MLOps.Cloud.Access;

/// <summary>What a permission is for.</summary>
public enum PermissionUse
{
    /// <summary>It shows something.</summary>
    Read,

    /// <summary>It changes something.</summary>
    Write,

    /// <summary>It answers an approval.</summary>
    Approve,

    /// <summary>It asks an endpoint: evidence and playground.</summary>
    Invoke,
}

/// <summary>An operation of AWS that the portal calls, and what stops working without it.</summary>
/// <param name="Service">As the SDK's namespaces call it: <c>SageMaker</c>.</param>
/// <param name="Operation">As the SDK calls it: <c>ListObjectsV2</c>.</param>
/// <param name="Action">As policies call it: <c>s3:ListBucket</c>; empty where AWS asks for no permission.</param>
/// <param name="For">What it is for, in words that follow "without it there is no".</param>
public sealed record CloudPermission(string Service, string Operation, string Action, PermissionUse Use, string For)
{
    /// <summary>A name that nothing has: what is asked about it changes nothing, and AWS says first whether one may ask.</summary>
    internal const string Nothing = "mlops-portal-permission-check";

    /// <summary>Asks in a way that changes nothing; null where there is none.</summary>
    internal Func<ICloudClients, string, CancellationToken, Task>? Probe { get; init; }

    internal static CloudPermission Of<T>(PermissionUse use, string action, string operation, string what, Func<T, CancellationToken, Task>? probe) where T : class, IAmazonService => new(
        typeof(T).Namespace!["Amazon.".Length..], operation, action, use, what)
    {
        Probe = probe is null ? null : (clients, connection, cancelled) => probe(clients.Get<T>(connection), cancelled),
    };
}
