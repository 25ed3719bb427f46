using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Transforms;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Models;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.Transforms;

/// <summary>Creates, shows, lists and stops batch transform jobs.</summary>
internal sealed class TransformJobOperations(TransformJobTable jobs, ModelTable models, TransformEngine engine) : IOperations
{
    public void Map(OperationMap map) => map
        .On("sagemaker", "CreateTransformJob", Create)
        .On("sagemaker", "DescribeTransformJob", call => jobs.Get(call.Scope, call.Input.Required("TransformJobName")))
        .On("sagemaker", "ListTransformJobs", call => ListPage.Of(call.Input, jobs.Entries(call.Scope), "TransformJobSummaries", descending: true))
        .On("sagemaker", "StopTransformJob", Stop);

    private JsonObject Create(OperationCall call)
    {
        TransformJobInput.Check(call.Input);
        var name = call.Input.Required("TransformJobName");
        var job = call.Input.Pick(
            "TransformJobName", "ModelName", "MaxConcurrentTransforms", "ModelClientConfig", "MaxPayloadInMB", "BatchStrategy", "Environment",
            "TransformInput", "TransformOutput", "TransformResources", "DataProcessing", "ExperimentConfig", "Tags");
        job[TransformJobTable.Model] = models.Get(call.Scope, call.Input.Required("ModelName")).DeepClone();
        jobs.Begin(call.Scope, name, job);
        engine.Enqueue(call.Scope, name);
        return new JsonObject { ["TransformJobArn"] = job.Text("TransformJobArn") };
    }

    private JsonObject Stop(OperationCall call)
    {
        var name = call.Input.Required("TransformJobName");
        var job = jobs.Get(call.Scope, name);
        if (jobs.HasEnded(job))
            throw AwsException.Validation($"The request was rejected because the transform job is in status {jobs.Status(job)}.");
        engine.Stop(call.Scope, name);
        return [];
    }
}
