using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Services.SageMaker.Resources;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.SageMaker.Transforms;

/// <summary>Batch transform jobs. A document also holds <see cref="Model"/>, the model as it was when the job was made.</summary>
internal sealed class TransformJobTable(DocumentStore store, TimeProvider time, CloudEventBus events) : JobTable(store, time, events, "transform-job", "Transform")
{
    /// <summary>The member that holds the model; callers do not see it.</summary>
    public const string Model = "ModelDocument";
}
