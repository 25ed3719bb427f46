using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Containers;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Engine.Jobs;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Processings;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Processings;

/// <summary>What a processing job needs of the rest of the local cloud.</summary>
internal sealed record ProcessingTools(
    ProcessingJobTable Jobs, IImageStore Images, IContainerRunner Containers, S3Objects Objects, ILogSink Logs, StateFolder State, TimeProvider Time)
{
    /// <summary>How long a program may go on after it was asked to stop: SageMaker's 120 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(120);
}

/// <summary>Runs processing jobs.</summary>
internal sealed class ProcessingEngine(ProcessingTools tools, ILogger<ProcessingEngine> logger) : SimpleJobLane(tools.Jobs, logger)
{
    protected override Task RunAsync(Scope scope, string name, CancellationToken stop, CancellationToken ends) =>
        new ProcessingRun(tools, scope, name).RunAsync(stop, ends);
}
