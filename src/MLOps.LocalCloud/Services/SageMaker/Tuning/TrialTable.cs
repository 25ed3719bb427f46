using System.Globalization;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Tuning;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Training;

namespace MLOps.LocalCloud.Services.SageMaker.Tuning;

/// <summary>Shows a tuning job's training jobs as its operations do.</summary>
internal sealed class TrialTable(TrainingJobTable jobs)
{
    private const int DefaultSize = 10;

    /// <summary>The best training job so far, or null.</summary>
    public JsonObject? Best(Scope scope, JsonObject tuning) =>
        Objective.Of(tuning.Object("HyperParameterTuningJobConfig")!).Best(Trial.Of(tuning)) is { } best ? Summary(scope, tuning, best) : null;

    /// <summary>One page of <c>ListTrainingJobsForHyperParameterTuningJob</c>.</summary>
    public JsonObject List(Scope scope, JsonObject tuning, JsonObject input)
    {
        var first = 0;
        if (input.Text("NextToken") is { } token && !int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out first))
            throw AwsException.Validation("The provided NextToken is not valid.");
        var size = input.Whole("MaxResults") ?? DefaultSize;
        var status = input.Text("StatusEquals");
        var all = Sorted(Trial.Of(tuning).Select(t => (Trial: t, Shown: Summary(scope, tuning, t))), input)
            .Where(t => status is null || t.Shown.Text("TrainingJobStatus") == status).ToList();
        var page = new JsonObject { ["TrainingJobSummaries"] = new JsonArray([.. all.Skip(first).Take(size).Select(t => t.Shown)]) };
        if (first + size < all.Count)
            page["NextToken"] = (first + size).ToString(CultureInfo.InvariantCulture);
        return page;
    }

    private static IEnumerable<(Trial Trial, JsonObject Shown)> Sorted(IEnumerable<(Trial Trial, JsonObject Shown)> trials, JsonObject input)
    {
        var sorted = input.Text("SortBy") switch
        {
            "Name" => trials.OrderBy(t => t.Trial.Job, StringComparer.Ordinal),
            "Status" => trials.OrderBy(t => t.Shown.Text("TrainingJobStatus"), StringComparer.Ordinal),
            // Without a value there is nothing to compare: AWS leaves such jobs out of this order.
            "FinalObjectiveMetricValue" => trials.Where(t => t.Trial.Objective is not null).OrderBy(t => t.Trial.Objective),
            _ => trials.OrderBy(t => t.Trial.Number),
        };
        return input.Text("SortOrder") == "Descending" ? sorted.Reverse() : sorted;
    }

    private JsonObject Summary(Scope scope, JsonObject tuning, Trial trial)
    {
        var objective = Objective.Of(tuning.Object("HyperParameterTuningJobConfig")!);
        var job = jobs.Find(scope, trial.Job);
        var shown = job?.Pick("TrainingJobArn", "CreationTime", "TrainingStartTime", "TrainingEndTime", "TrainingJobStatus", "FailureReason") ?? new JsonObject
        {
            ["TrainingJobArn"] = jobs.Arn(scope, trial.Job),
            ["CreationTime"] = tuning["CreationTime"].Copy(),
            ["TrainingJobStatus"] = "InProgress",
        };
        shown["TrainingJobName"] = trial.Job;
        shown["TuningJobName"] = tuning.Text("HyperParameterTuningJobName");
        shown["TunedHyperParameters"] = new JsonObject(trial.Values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value)));
        shown["ObjectiveStatus"] = trial.Objective is not null && trial.Ended ? "Succeeded" : trial.Ended ? "Failed" : "Pending";
        if (trial.Objective is { } value)
            shown["FinalHyperParameterTuningJobObjectiveMetric"] = new JsonObject
            {
                ["Type"] = objective.Maximize ? "Maximize" : "Minimize",
                ["MetricName"] = objective.Metric,
                ["Value"] = value,
            };
        return shown;
    }
}
