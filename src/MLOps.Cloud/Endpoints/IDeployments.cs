using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Endpoints;

/// <summary>Reads what a deployment can be made of. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface IDeploymentReader
{
    /// <summary>The name of the alarm that <see cref="GuardAsync"/> makes.</summary>
    static string GuardName(string endpoint, string variant, GuardKind kind) => $"{endpoint}-{variant}-{(kind == GuardKind.Errors ? "5xx" : "latency")}";

    /// <summary>The newest configurations and the alarms that may watch.</summary>
    Task<DeploymentChoices> ChoicesAsync(string connection, string endpoint, CancellationToken cancelled = default);

    /// <summary>Makes, or changes, an alarm on a variant that is fit to watch a deployment; answers its name.</summary>
    /// <param name="threshold">Errors a minute, or milliseconds at the 99th percentile.</param>
    Task<string> GuardAsync(string connection, string endpoint, string variant, GuardKind kind, double threshold, CancellationToken cancelled = default);
}

/// <summary>What an alarm that guards a deployment looks at.</summary>
public enum GuardKind
{
    /// <summary>5xx errors in a minute.</summary>
    Errors,

    /// <summary>The 99th percentile of the model's latency in a minute.</summary>
    Latency,
}

/// <summary>Changes what an endpoint serves. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface IDeploymentCommands
{
    /// <summary>Deploys another configuration, model or package; <see cref="CloudFaultKind.Invalid"/> where <see cref="DeploymentOrder.Fault"/> has a word.</summary>
    Task DeployAsync(string connection, DeploymentOrder order, CancellationToken cancelled = default);

    /// <summary>Turns capture on or off by a configuration like the present one; what serves, its weights and counts stay.</summary>
    Task CaptureAsync(string connection, CaptureOrder order, CancellationToken cancelled = default);
}

/// <summary>Changes how variants scale. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface IScalingCommands
{
    /// <summary>Registers the variant with Application Auto Scaling, or changes its bounds and its target.</summary>
    Task ScaleAsync(string connection, ScalingOrder order, CancellationToken cancelled = default);

    /// <summary>Takes the variant out of scaling with its policies; its instances stay as many as they are.</summary>
    Task StopScalingAsync(string connection, string endpoint, string variant, CancellationToken cancelled = default);
}
