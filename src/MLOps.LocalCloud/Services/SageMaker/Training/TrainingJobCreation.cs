using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Engine.Training;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.Training;

/// <summary>Makes training jobs, for callers and for tuning jobs.</summary>
internal sealed class TrainingJobCreation(TrainingJobTable jobs, TrainingEngine engine, IImageStore images, S3Objects objects, Roles roles)
{
    private static readonly string[] Kept =
    [
        "TrainingJobName", "HyperParameters", "AlgorithmSpecification", "RoleArn", "InputDataConfig", "OutputDataConfig", "ResourceConfig", "VpcConfig",
        "StoppingCondition", "EnableNetworkIsolation", "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining", "DebugHookConfig",
        "ExperimentConfig", "ProfilerConfig", "Environment", "RetryStrategy", "RemoteDebugConfig", "InfraCheckConfig", "Tags",
    ];

    /// <summary>Refuses what cannot be run: by its input, its role, its image or its data.</summary>
    /// <returns>The image by its digest.</returns>
    /// <exception cref="AwsException">Why, in AWS's words.</exception>
    public async Task<string> CheckAsync(OperationCall call)
    {
        TrainingJobInput.Check(call.Input);
        await roles.CheckAsync(call, call.Input.Required("RoleArn"));
        var image = images.Resolve(call.Input.Object("AlgorithmSpecification")!.Required("TrainingImage"));
        await CheckDataAsync(call);
        return image;
    }

    /// <summary>Stores the job and starts it.</summary>
    /// <param name="tuningJobArn">The tuning job that it belongs to.</param>
    /// <exception cref="AwsException">It cannot be run, or the name is taken.</exception>
    public async Task<OperationAnswer> CreateAsync(OperationCall call, string? tuningJobArn = null)
    {
        var name = call.Input.Required("TrainingJobName");
        var arn = jobs.Arn(call.Scope, name);
        if (jobs.Find(call.Scope, name) is not null)
            throw Taken(arn);
        var image = await CheckAsync(call);
        var job = call.Input.Pick(Kept);
        job["TrainingJobArn"] = arn;
        job["ResolvedImage"] = image;
        if (tuningJobArn is not null)
            job["TuningJobArn"] = tuningJobArn;
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
