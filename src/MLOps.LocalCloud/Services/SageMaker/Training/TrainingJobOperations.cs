using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Engine.Training;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.Training;

/// <summary>Creates, shows, lists and stops training jobs.</summary>
internal sealed class TrainingJobOperations(TrainingJobTable jobs, TrainingEngine engine, IImageStore images, S3Objects objects, Roles roles) : IOperations
{
    private static readonly string[] Kept =
    [
        "TrainingJobName", "HyperParameters", "AlgorithmSpecification", "RoleArn", "InputDataConfig", "OutputDataConfig", "ResourceConfig", "VpcConfig",
        "StoppingCondition", "EnableNetworkIsolation", "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining", "DebugHookConfig",
        "ExperimentConfig", "ProfilerConfig", "Environment", "RetryStrategy", "RemoteDebugConfig", "InfraCheckConfig", "Tags",
    ];

    public void Map(OperationMap map) => map
        .On("sagemaker", "CreateTrainingJob", CreateAsync)
        .On("sagemaker", "DescribeTrainingJob", call => jobs.Get(call.Scope, call.Input.Required("TrainingJobName")))
        .On("sagemaker", "ListTrainingJobs", call => ListPage.Of(call.Input, jobs.Entries(call.Scope), "TrainingJobSummaries", descending: false))
        .On("sagemaker", "StopTrainingJob", Stop);

    private async Task<OperationAnswer> CreateAsync(OperationCall call)
    {
        TrainingJobInput.Check(call.Input);
        var name = call.Input.Required("TrainingJobName");
        var arn = jobs.Arn(call.Scope, name);
        if (jobs.Find(call.Scope, name) is not null)
            throw Taken(arn);
        await roles.CheckAsync(call, call.Input.Required("RoleArn"));
        var job = call.Input.Pick(Kept);
        job["TrainingJobArn"] = arn;
        job["ResolvedImage"] = images.Resolve(call.Input.Object("AlgorithmSpecification")!.Required("TrainingImage"));
        await CheckDataAsync(call);
        if (job.Object("StoppingCondition") is not { } stopping)
            job["StoppingCondition"] = stopping = [];
        stopping["MaxRuntimeInSeconds"] ??= 86_400;
        foreach (var flag in (string[])["EnableNetworkIsolation", "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining"])
            job[flag] ??= false;
        jobs.Begin(job);
        if (!jobs.TryAdd(call.Scope, name, job))
            throw Taken(arn);
        jobs.Announce(call.Scope, job);
        engine.Enqueue(call.Scope, name);
        return new JsonObject { ["TrainingJobArn"] = arn };
    }

    private JsonObject Stop(OperationCall call)
    {
        var name = call.Input.Required("TrainingJobName");
        var job = jobs.Get(call.Scope, name);
        if (TrainingJobTable.HasEnded(job))
            throw AwsException.Validation($"The request was rejected because the training job is in status {job.Text("TrainingJobStatus")}.");
        if (job.Text("TrainingJobStatus") != "Stopping" && jobs.Enter(call.Scope, name, "Stopping", "Stopping", "Stopping the training job"))
            engine.Stop(call.Scope, name);
        return [];
    }

    private async Task CheckDataAsync(OperationCall call)
    {
        var download = new ChannelDownload(objects);
        foreach (var source in call.Input.Objects("InputDataConfig").Select(c => c.Object("DataSource")!.Object("S3DataSource")!))
        {
            var refused =
                $"No S3 objects found under S3 URL \"{source.Text("S3Uri")}\" given in input data source. Please ensure that the bucket exists in the selected region " +
                $"({call.Scope.Region}), that objects exist under that S3 prefix, and that the role \"{call.Input.Text("RoleArn")}\" has \"s3:ListBucket\" permissions on the bucket.";
            try
            {
                if (!await download.HasDataAsync(call.Scope, source, call.Cancelled))
                    throw AwsException.Validation(refused);
            }
            catch (AwsException e) when (e.Code == "NoSuchBucket")
            {
                throw AwsException.Validation($"{refused} Error message from S3: {e.Message}");
            }
        }
    }

    private static AwsException Taken(string arn) => new("ResourceInUse",
        $"Training job names must be unique within an AWS account and region, and a training job with this name already exists ({arn})");
}
