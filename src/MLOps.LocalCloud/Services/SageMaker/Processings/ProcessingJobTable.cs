using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Services.SageMaker.Resources;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.SageMaker.Processings;

/// <summary>Processing jobs. A document also holds <c>ResolvedImage</c>, the image by its digest.</summary>
internal sealed class ProcessingJobTable(DocumentStore store, TimeProvider time, CloudEventBus events) :
    JobTable(store, time, events, "processing-job", "Processing", "ExitMessage");
