using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Containers;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Endpoints;

/// <summary>What an endpoint needs of the rest of the local cloud.</summary>
internal sealed record EndpointTools(
    EndpointTable Table, IImageStore Images, IContainerRunner Containers, S3Objects Objects, ILogSink Logs, StateFolder State, TimeProvider Time,
    ServingClient Client, ServingPorts Ports, ICloudCaller Cloud, IHostApplicationLifetime Lifetime);

/// <summary>Why a deployment fails, in the words of an endpoint's FailureReason.</summary>
internal sealed class DeploymentFault(string reason) : Exception(reason);
