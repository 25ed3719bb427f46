using MLOps.Cloud.Values;

namespace MLOps.Cloud.Training;

/// <summary>How a training job is kept apart from others, and with which keys its data is encrypted.</summary>
public sealed record JobProtection
{
    /// <summary>The subnets of the VPC that the job reaches its data through; empty for SageMaker's own network.</summary>
    public ValueList<string> Subnets { get; init; } = [];

    /// <summary>The security groups in that VPC.</summary>
    public ValueList<string> SecurityGroups { get; init; } = [];

    /// <summary>Whether the container reaches no network at all.</summary>
    public bool IsIsolated { get; init; }

    /// <summary>Whether traffic between the instances is encrypted.</summary>
    public bool EncryptsTraffic { get; init; }

    /// <summary>The KMS key of the instances' volumes; AWS's own where empty.</summary>
    public string VolumeKey { get; init; } = "";

    /// <summary>The KMS key of the artifacts; the bucket's own where empty.</summary>
    public string OutputKey { get; init; } = "";
}

/// <summary>Spot instances: cheaper, and taken away when AWS needs them.</summary>
/// <param name="MaxWaitSeconds">How long the job may take with its waiting; at least its time limit.</param>
/// <param name="CheckpointUri">Where the container's checkpoints are kept, as <c>s3://bucket/prefix</c>; none where empty.</param>
/// <param name="CheckpointPath">Where the container writes them; SageMaker's own place where empty.</param>
public sealed record SpotUse(int MaxWaitSeconds, string CheckpointUri = "", string CheckpointPath = "");
