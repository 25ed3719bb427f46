using MLOps.LocalCloud.Services.SageMaker.Resources;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.SageMaker.EndpointConfigs;

/// <summary>Endpoint configurations.</summary>
internal sealed class EndpointConfigTable(DocumentStore store)
    : ResourceTable(store, "endpoint-config", "endpoint configuration", "", "EndpointConfigName", "EndpointConfigArn", "CreationTime");
