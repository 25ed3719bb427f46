using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Engine.Tuning;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.SageMaker.Tuning;

/// <summary>
/// Hyperparameter tuning jobs. A document also holds what callers do not see: the trials, and the strategy and limits once
/// more, where the list's summaries have them.
/// </summary>
internal sealed class TuningJobTable(DocumentStore store, TimeProvider time, CloudEventBus events) : ResourceTable(
    store, "hyper-parameter-tuning-job", "hyperparameter tuning job", "HyperParameterTuningJobStatus",
    "HyperParameterTuningJobName", "HyperParameterTuningJobArn", "HyperParameterTuningJobStatus", "Strategy", "CreationTime",
    "HyperParameterTuningEndTime", "LastModifiedTime", "TrainingJobStatusCounters", "ObjectiveStatusCounters", "ResourceLimits")
{
    public override JsonObject Get(Scope scope, string name) => Find(scope, name) ??
        throw new AwsException("ResourceNotFound", $"Amazon SageMaker can't find a tuning job with the name {name}.");

    public static bool HasEnded(JsonObject tuning) => tuning.Text("HyperParameterTuningJobStatus") is "Completed" or "Failed" or "Stopped";

    /// <summary>Changes a tuning job; tells the world where its status or what it counts changed.</summary>
    public JsonObject? Change(Scope scope, string name, Action<JsonObject, double> change)
    {
        var before = Shown(Find(scope, name));
        var changed = Update(scope, name, tuning =>
        {
            var now = time.GetUtcNow().ToEpoch();
            change(tuning, now);
            tuning["LastModifiedTime"] = now;
        });
        if (changed is not null && Shown(changed) != before)
            Announce(scope, changed);
        return changed;
    }

    /// <summary>Sets status and times of a tuning job that ends.</summary>
    public static void End(JsonObject tuning, double now, string status, string? reason = null)
    {
        tuning["HyperParameterTuningJobStatus"] = status;
        tuning["HyperParameterTuningEndTime"] = now;
        if (reason is not null)
            tuning["FailureReason"] = reason;
    }

    /// <summary>Publishes a tuning job's state as EventBridge shows it.</summary>
    public void Announce(Scope scope, JsonObject tuning)
    {
        var detail = tuning.Pick(
            "HyperParameterTuningJobName", "HyperParameterTuningJobArn", "HyperParameterTuningJobConfig", "TrainingJobDefinition",
            "HyperParameterTuningJobStatus", "TrainingJobStatusCounters", "ObjectiveStatusCounters", "FailureReason");
        foreach (var moment in (string[])["CreationTime", "LastModifiedTime", "HyperParameterTuningEndTime"])
            if (tuning.Number(moment) is { } seconds)
                detail[moment] = (long)(seconds * 1000);
        detail["Tags"] = new JsonObject(tuning.Objects("Tags").Select(t => KeyValuePair.Create(t.Required("Key"), t["Value"].Copy())));
        events.Publish(new CloudEvent(scope, "aws.sagemaker", "SageMaker HyperParameter Tuning Job State Change", detail,
            [tuning.Required("HyperParameterTuningJobArn")]));
    }

    private static string Shown(JsonObject? tuning) =>
        $"{tuning?.Text("HyperParameterTuningJobStatus")} {tuning?["TrainingJobStatusCounters"]?.ToJsonString()} {Trial.Of(tuning ?? []).Count}";
}
