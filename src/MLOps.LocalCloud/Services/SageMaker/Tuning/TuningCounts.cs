using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Tuning;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.SageMaker.Tuning;

/// <summary>What a tuning job counts of its training jobs.</summary>
internal static class TuningCounts
{
    /// <param name="trials">Each trial with its training job's document; null while that does not exist yet.</param>
    public static void Write(JsonObject tuning, IReadOnlyList<(Trial Trial, JsonObject? Job)> trials)
    {
        int With(string status) => trials.Count(t => t.Job?.Text("TrainingJobStatus") == status);
        tuning["TrainingJobStatusCounters"] = new JsonObject
        {
            ["Completed"] = With("Completed"),
            ["InProgress"] = trials.Count(t => !t.Trial.Ended),
            ["RetryableError"] = 0,
            ["NonRetryableError"] = trials.Count(t => t.Trial.Ended && t.Job?.Text("TrainingJobStatus") is null or "Failed"),
            ["Stopped"] = With("Stopped"),
        };
        tuning["ObjectiveStatusCounters"] = new JsonObject
        {
            ["Succeeded"] = trials.Count(t => t.Trial.Ended && t.Trial.Objective is not null),
            ["Pending"] = trials.Count(t => !t.Trial.Ended),
            ["Failed"] = trials.Count(t => t.Trial.Ended && t.Trial.Objective is null),
        };
        tuning["ConsumedResources"] = new JsonObject { ["RuntimeInSeconds"] = trials.Sum(t => t.Job?.Whole("TrainingTimeInSeconds") ?? 0) };
    }
}
