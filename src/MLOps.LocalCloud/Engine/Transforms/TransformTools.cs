using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Containers;
using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Engine.Jobs;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Transforms;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Transforms;

/// <summary>What a batch transform job needs of the rest of the local cloud.</summary>
internal sealed record TransformTools(
    TransformJobTable Jobs, IImageStore Images, IContainerRunner Containers, S3Objects Objects, ILogSink Logs, StateFolder State, TimeProvider Time,
    ServingClient Client, ServingPorts Ports);

/// <summary>Why a batch transform fails, in the words of its FailureReason.</summary>
internal sealed class TransformFault(string reason) : Exception(reason);

/// <summary>Runs batch transform jobs.</summary>
internal sealed class TransformEngine(TransformTools tools, ILogger<TransformEngine> logger) : SimpleJobLane(tools.Jobs, logger)
{
    protected override Task RunAsync(Scope scope, string name, CancellationToken stop, CancellationToken ends) =>
        new TransformRun(tools, scope, name).RunAsync(stop, ends);
}
