using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Containers;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Services.SageMaker.Training;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Training;

/// <summary>What a training job needs of the rest of the local cloud.</summary>
internal sealed record TrainingTools(
    TrainingJobTable Jobs, IImageStore Images, IContainerRunner Containers, S3Objects Objects, ILogSink Logs, IMetricStore Metrics,
    StateFolder State, TimeProvider Time,
    JobObservations Observations)
{
    /// <summary>How long a program may go on after it was asked to stop: SageMaker's 120 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(120);
}
