using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Engine.Jobs;

/// <summary>Runs the jobs of a <see cref="JobTable"/>.</summary>
internal abstract class SimpleJobLane(JobTable table, ILogger logger) : JobLane(logger)
{
    /// <summary>Asks a job to stop. One that is stopping, or has ended, stays as it is.</summary>
    public void Stop(Scope scope, string name)
    {
        if (!IsStopping(scope, name) && table.Enter(scope, name, "Stopping"))
            Signal(scope, name);
    }

    protected override IEnumerable<(Scope Scope, string Name)> Resume() =>
        [.. table.All().Where(j => !table.HasEnded(j.Value)).Select(j => (j.Scope, j.Name))];

    protected override bool IsStopping(Scope scope, string name) => table.Find(scope, name) is { } job && table.Status(job) == "Stopping";

    protected override void Stopped(Scope scope, string name) => table.Enter(scope, name, "Stopped");

    protected override void Broke(Scope scope, string name, string reason) => table.Fail(scope, name, reason);
}
