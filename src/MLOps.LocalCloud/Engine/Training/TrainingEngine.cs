using MLOps.LocalCloud.Engine.Jobs;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Training;

namespace MLOps.LocalCloud.Engine.Training;

/// <summary>Runs training jobs.</summary>
internal sealed class TrainingEngine(TrainingTools tools, ILogger<TrainingEngine> logger) : JobLane(logger)
{
    /// <summary>Asks a job to stop: SIGTERM, then SIGKILL. One that is stopping, or has ended, stays as it is.</summary>
    /// <param name="why">For its transitions.</param>
    public void Stop(Scope scope, string name, string why = "Stopping the training job")
    {
        if (!IsStopping(scope, name) && tools.Jobs.Enter(scope, name, "Stopping", "Stopping", why))
            Signal(scope, name);
    }

    protected override IEnumerable<(Scope Scope, string Name)> Resume()
    {
        var open = tools.Jobs.All().Where(j => !TrainingJobTable.HasEnded(j.Value)).ToList();
        foreach (var (scope, name, job) in open.Where(j => j.Value.Text("SecondaryStatus") is not ("Starting" or "Pending")))
            tools.Jobs.Enter(scope, name, "InProgress", "Restarting", "The local cloud ended while the training job ran: it runs again from its start");
        return open.Select(j => (j.Scope, j.Name));
    }

    protected override bool IsStopping(Scope scope, string name) => tools.Jobs.Find(scope, name)?.Text("TrainingJobStatus") == "Stopping";

    protected override void Waits(Scope scope, string name) => tools.Jobs.Enter(scope, name, "InProgress", "Pending",
        $"Waiting for capacity: this machine runs {Environment.ProcessorCount} training jobs at once");

    protected override Task RunAsync(Scope scope, string name, CancellationToken stop, CancellationToken ends) =>
        new TrainingRun(tools, scope, name).RunAsync(stop, ends);

    protected override void Stopped(Scope scope, string name) =>
        tools.Jobs.Enter(scope, name, "Stopped", "Stopped", "Training job stopped", (job, now) => job["TrainingEndTime"] = now);

    protected override void Broke(Scope scope, string name, string reason) => tools.Jobs.Enter(scope, name, "Failed", "Failed", "Training job failed", (job, now) =>
    {
        job["TrainingEndTime"] = now;
        job["FailureReason"] = reason;
    });
}
