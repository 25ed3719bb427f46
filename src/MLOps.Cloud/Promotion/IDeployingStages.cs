using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Promotion;

/// <summary>Tells which stage of which pipeline deploys an endpoint, and whether a person has to say yes before.</summary>
public interface IDeployingStages
{
    /// <summary>The stage that deploys it, of several the one behind an approval; null where no pipeline is known to.</summary>
    /// <exception cref="CloudException"><see cref="CloudFaultKind.NotFound"/>: there is no such endpoint; else it cannot be told now.</exception>
    Task<DeployingStage?> FindAsync(string connection, string endpoint, CancellationToken cancelled = default);

    /// <summary>
    /// Whether a stage behind an approval deploys a stack of the endpoint's name, as far as the pipelines are known. It asks nobody: it is for
    /// what lists show, not for what people may do.
    /// </summary>
    bool SeemsGuarded(string connection, string endpoint);
}

/// <summary>A stage that deploys an endpoint.</summary>
/// <param name="ApprovalStage">The stage of <paramref name="Approval"/>; empty where there is none.</param>
/// <param name="Approval">The last approval before the deployment; empty where there is none.</param>
public sealed record DeployingStage(string Pipeline, string Stage, string ApprovalStage = "", string Approval = "")
{
    /// <summary>
    /// Whether the stage's own stack holds the endpoint. Else what the endpoint serves was trained by the pipeline, and the stage is its last one
    /// that deploys.
    /// </summary>
    public bool IsCertain { get; init; } = true;

    /// <summary>Whether a person has to say yes before the stage runs.</summary>
    public bool IsGuarded => Approval.Length > 0;
}
