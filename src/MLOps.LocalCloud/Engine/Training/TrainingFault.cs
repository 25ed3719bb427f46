namespace MLOps.LocalCloud.Engine.Training;

/// <summary>Why a training job fails, in the words of its FailureReason.</summary>
internal sealed class TrainingFault(string reason) : Exception(reason);
