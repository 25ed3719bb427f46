using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Engine.Processings;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.Processings;

/// <summary>Creates, shows, lists and stops processing jobs.</summary>
internal sealed class ProcessingJobOperations(ProcessingJobTable jobs, ProcessingEngine engine, IImageStore images, Roles roles) : IOperations
{
    private const int DefaultRuntime = 86_400;

    public void Map(OperationMap map) => map
        .On("sagemaker", "CreateProcessingJob", CreateAsync)
        .On("sagemaker", "DescribeProcessingJob", call => jobs.Get(call.Scope, call.Input.Required("ProcessingJobName")))
        .On("sagemaker", "ListProcessingJobs", call => ListPage.Of(call.Input, jobs.Entries(call.Scope), "ProcessingJobSummaries", descending: true))
        .On("sagemaker", "StopProcessingJob", Stop);

    private async Task<OperationAnswer> CreateAsync(OperationCall call)
    {
        ProcessingJobInput.Check(call.Input);
        await roles.CheckAsync(call, call.Input.Required("RoleArn"));
        var name = call.Input.Required("ProcessingJobName");
        var job = call.Input.Pick(
            "ProcessingInputs", "ProcessingOutputConfig", "ProcessingJobName", "ProcessingResources", "StoppingCondition", "AppSpecification",
            "Environment", "NetworkConfig", "RoleArn", "ExperimentConfig", "Tags");
        job["ResolvedImage"] = images.Resolve(call.Input.Object("AppSpecification")!.Required("ImageUri"));
        job["StoppingCondition"] ??= new JsonObject { ["MaxRuntimeInSeconds"] = DefaultRuntime };
        jobs.Begin(call.Scope, name, job);
        engine.Enqueue(call.Scope, name);
        return new JsonObject { ["ProcessingJobArn"] = job.Text("ProcessingJobArn") };
    }

    private JsonObject Stop(OperationCall call)
    {
        var name = call.Input.Required("ProcessingJobName");
        var job = jobs.Get(call.Scope, name);
        if (jobs.HasEnded(job))
            throw AwsException.Validation($"The request was rejected because the processing job is in status {jobs.Status(job)}.");
        engine.Stop(call.Scope, name);
        return [];
    }
}
