using MLOps.LocalCloud.Services.SageMaker.Resources;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.SageMaker.Models;

/// <summary>Models.</summary>
internal sealed class ModelTable(DocumentStore store) : ResourceTable(store, "model", "model", "", "ModelName", "ModelArn", "CreationTime");
