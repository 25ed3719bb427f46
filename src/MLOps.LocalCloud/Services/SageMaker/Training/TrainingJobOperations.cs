using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Training;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.Training;

/// <summary>Creates, shows, lists and stops training jobs.</summary>
internal sealed class TrainingJobOperations(TrainingJobTable jobs, TrainingEngine engine, TrainingJobCreation creation) : IOperations
{
    public void Map(OperationMap map) => map
        .On("sagemaker", "CreateTrainingJob", call => creation.CreateAsync(call))
        .On("sagemaker", "DescribeTrainingJob", call => jobs.Get(call.Scope, call.Input.Required("TrainingJobName")))
        .On("sagemaker", "ListTrainingJobs", call => ListPage.Of(call.Input, jobs.Entries(call.Scope), "TrainingJobSummaries", descending: false))
        .On("sagemaker", "StopTrainingJob", Stop);

    private JsonObject Stop(OperationCall call)
    {
        var name = call.Input.Required("TrainingJobName");
        var job = jobs.Get(call.Scope, name);
        if (TrainingJobTable.HasEnded(job))
            throw AwsException.Validation($"The request was rejected because the training job is in status {job.Text("TrainingJobStatus")}.");
        engine.Stop(call.Scope, name);
        return [];
    }
}
