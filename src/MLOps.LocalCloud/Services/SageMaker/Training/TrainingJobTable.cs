using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.SageMaker.Training;

/// <summary>Training jobs, and the one way in which their status changes.</summary>
internal sealed class TrainingJobTable(DocumentStore store, TimeProvider time, CloudEventBus events) : ResourceTable(
    store, "training-job", "training job", "TrainingJobStatus",
    "TrainingJobName", "TrainingJobArn", "CreationTime", "TrainingEndTime", "LastModifiedTime", "TrainingJobStatus", "SecondaryStatus")
{
    public override JsonObject Get(Scope scope, string name) =>
        Find(scope, name) ?? throw AwsException.Validation("Requested resource not found.");

    /// <summary>Whether a job has reached an end.</summary>
    public static bool HasEnded(JsonObject job) => job.Text("TrainingJobStatus") is "Completed" or "Failed" or "Stopped";

    /// <summary>The first status of a new job; the caller stores it.</summary>
    public void Begin(JsonObject job)
    {
        var now = time.GetUtcNow().ToEpoch();
        job["CreationTime"] = now;
        Apply(job, "InProgress", "Starting", "Preparing the instances for training", now);
    }

    /// <summary>
    /// Moves a job on: its status, secondary status and transitions; tells the world. A job that has ended, and one that
    /// is stopping when it is asked to go on, stays as it is: the answer is then false.
    /// </summary>
    public bool Enter(Scope scope, string name, string status, string secondary, string message, Action<JsonObject, double>? change = null)
    {
        var moved = false;
        var job = Update(scope, name, job =>
        {
            if (HasEnded(job) || (status == "InProgress" && job.Text("TrainingJobStatus") == "Stopping"))
                return;
            moved = true;
            var now = time.GetUtcNow().ToEpoch();
            Apply(job, status, secondary, message, now);
            change?.Invoke(job, now);
        });
        if (moved)
            Announce(scope, job!);
        return moved;
    }

    /// <summary>Publishes a job's state as EventBridge shows it.</summary>
    public void Announce(Scope scope, JsonObject job)
    {
        var detail = job.Pick(
            "TrainingJobName", "TrainingJobArn", "TuningJobArn", "TrainingJobStatus", "SecondaryStatus", "FailureReason", "HyperParameters", "AlgorithmSpecification",
            "RoleArn", "InputDataConfig", "OutputDataConfig", "ResourceConfig", "StoppingCondition", "ModelArtifacts", "FinalMetricDataList");
        foreach (var moment in (string[])["CreationTime", "TrainingStartTime", "TrainingEndTime", "LastModifiedTime"])
            if (job.Number(moment) is { } seconds)
                detail[moment] = (long)(seconds * 1000);
        detail["SecondaryStatusTransitions"] = new JsonArray([.. job.Objects("SecondaryStatusTransitions").Select(EventTransition)]);
        detail["Tags"] = new JsonObject(job.Objects("Tags").Select(t => KeyValuePair.Create(t.Required("Key"), t["Value"].Copy())));
        events.Publish(new CloudEvent(scope, "aws.sagemaker", "SageMaker Training Job State Change", detail, [job.Required("TrainingJobArn")]));
    }

    private static JsonObject EventTransition(JsonObject transition)
    {
        var shown = transition.Pick("Status", "StatusMessage");
        foreach (var moment in (string[])["StartTime", "EndTime"])
            if (transition.Number(moment) is { } seconds)
                shown[moment] = (long)(seconds * 1000);
        return shown;
    }

    private static void Apply(JsonObject job, string status, string secondary, string message, double now)
    {
        if (job["SecondaryStatusTransitions"] is not JsonArray transitions)
            job["SecondaryStatusTransitions"] = transitions = [];
        if (transitions.LastOrDefault() is JsonObject last && last["EndTime"] is null)
            last["EndTime"] = now;
        var transition = new JsonObject { ["Status"] = secondary, ["StartTime"] = now, ["StatusMessage"] = message };
        if (status is "Completed" or "Failed" or "Stopped")
            transition["EndTime"] = now;
        transitions.Add(transition);
        job["TrainingJobStatus"] = status;
        job["SecondaryStatus"] = secondary;
        job["LastModifiedTime"] = now;
    }
}
