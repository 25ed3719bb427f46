using MLOps.LocalCloud.Engine.Training;
using MLOps.LocalCloud.Services.SageMaker.Training;
using MLOps.LocalCloud.Services.SageMaker.Tuning;

namespace MLOps.LocalCloud.Engine.Tuning;

/// <summary>What a tuning job needs of the rest of the local cloud.</summary>
internal sealed record TuningTools(
    TuningJobTable Tunings, TrainingJobTable Jobs, TrainingJobCreation Creation, TrainingEngine Training, JobObservations Observations,
    TimeProvider Time);
