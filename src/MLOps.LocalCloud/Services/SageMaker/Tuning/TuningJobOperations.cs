using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Tuning;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;
using MLOps.LocalCloud.Services.SageMaker.Training;

namespace MLOps.LocalCloud.Services.SageMaker.Tuning;

/// <summary>Creates, shows, lists, stops and deletes hyperparameter tuning jobs.</summary>
internal sealed class TuningJobOperations(TuningJobTable tunings, TuningEngine engine, TrainingJobCreation creation, TrialTable trials, TimeProvider time) : IOperations
{
    public void Map(OperationMap map) => map
        .On("sagemaker", "CreateHyperParameterTuningJob", CreateAsync)
        .On("sagemaker", "DescribeHyperParameterTuningJob", Describe)
        .On("sagemaker", "ListHyperParameterTuningJobs", call => ListPage.Of(call.Input, tunings.Entries(call.Scope), "HyperParameterTuningJobSummaries", descending: true))
        .On("sagemaker", "ListTrainingJobsForHyperParameterTuningJob", call => trials.List(call.Scope, Get(call), call.Input))
        .On("sagemaker", "StopHyperParameterTuningJob", Stop)
        .On("sagemaker", "DeleteHyperParameterTuningJob", Delete);

    private JsonObject Get(OperationCall call) => tunings.Get(call.Scope, call.Input.Required("HyperParameterTuningJobName"));

    private async Task<OperationAnswer> CreateAsync(OperationCall call)
    {
        TuningJobInput.Check(call.Input);
        var name = call.Input.Required("HyperParameterTuningJobName");
        var arn = tunings.Arn(call.Scope, name);
        if (tunings.Find(call.Scope, name) is not null)
            throw Taken(name);
        // What no training job could run with is refused now and not by each of them.
        await creation.CheckAsync(call with { Input = TuningRun.Request(call.Input, $"{name}-001", new Dictionary<string, string>()) });
        var tuning = call.Input.Pick("HyperParameterTuningJobName", "HyperParameterTuningJobConfig", "TrainingJobDefinition", "Tags");
        var config = tuning.Object("HyperParameterTuningJobConfig")!;
        config["TrainingJobEarlyStoppingType"] ??= "Off";
        tuning["HyperParameterTuningJobArn"] = arn;
        tuning["HyperParameterTuningJobStatus"] = "InProgress";
        var now = time.GetUtcNow().ToEpoch();
        tuning["CreationTime"] = now;
        tuning["LastModifiedTime"] = now;
        tuning["Strategy"] = config.Text("Strategy");
        tuning["ResourceLimits"] = config["ResourceLimits"].Copy();
        TuningCounts.Write(tuning, []);
        if (!tunings.TryAdd(call.Scope, name, tuning))
            throw Taken(name);
        tunings.Announce(call.Scope, tuning);
        engine.Enqueue(call.Scope, name);
        return new JsonObject { ["HyperParameterTuningJobArn"] = arn };
    }

    private JsonObject Describe(OperationCall call)
    {
        var tuning = (JsonObject)Get(call).DeepClone();
        if (trials.Best(call.Scope, tuning) is { } best)
            tuning["BestTrainingJob"] = best;
        return tuning;
    }

    private JsonObject Stop(OperationCall call)
    {
        var tuning = Get(call);
        if (TuningJobTable.HasEnded(tuning))
            throw AwsException.Validation($"The request was rejected because the tuning job is in status {tuning.Text("HyperParameterTuningJobStatus")}.");
        engine.Stop(call.Scope, call.Input.Required("HyperParameterTuningJobName"));
        return [];
    }

    private JsonObject Delete(OperationCall call)
    {
        var tuning = Get(call);
        if (!TuningJobTable.HasEnded(tuning))
            throw AwsException.Validation($"The request was rejected because the tuning job is in status {tuning.Text("HyperParameterTuningJobStatus")}; stop it first.");
        tunings.Remove(call.Scope, call.Input.Required("HyperParameterTuningJobName"));
        return [];
    }

    private static AwsException Taken(string name) => new("ResourceInUse", $"Tuning job names must be unique within an AWS account and region; {name} exists already.");
}
