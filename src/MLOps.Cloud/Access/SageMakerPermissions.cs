using Amazon.SageMaker;
using Amazon.SageMaker.Model;
using Amazon.SageMakerRuntime;
using Amazon.SageMakerRuntime.Model;
using static MLOps.Cloud.Access.CloudPermission;

namespace MLOps.Cloud.Access;

/// <summary>What the portal calls of SageMaker.</summary>
internal static class SageMakerPermissions
{
    private const string NothingArn = "arn:aws:sagemaker:us-east-1:000000000000:training-job/" + Nothing;

    private const string NothingPackage = $"arn:aws:sagemaker:us-east-1:000000000000:model-package/{Nothing}/1";

    public static IEnumerable<CloudPermission> All =>
    [
        Read("ListEndpoints", "list of endpoints", (c, t) => c.ListEndpointsAsync(new ListEndpointsRequest { MaxResults = 1 }, t)),
        Read("DescribeEndpoint", "endpoint page", (c, t) => c.DescribeEndpointAsync(new DescribeEndpointRequest { EndpointName = Nothing }, t)),
        Read("DescribeEndpointConfig", "variants of an endpoint", (c, t) => c.DescribeEndpointConfigAsync(new DescribeEndpointConfigRequest { EndpointConfigName = Nothing }, t)),
        Read("ListEndpointConfigs", "deployment of an earlier configuration", (c, t) => c.ListEndpointConfigsAsync(new ListEndpointConfigsRequest { MaxResults = 1 }, t)),
        Read("ListModels", "list of models", (c, t) => c.ListModelsAsync(new ListModelsRequest { MaxResults = 1 }, t)),
        Read("DescribeModel", "model page, image digest of evidence", (c, t) => c.DescribeModelAsync(new DescribeModelRequest { ModelName = Nothing }, t)),
        Read("ListModelPackages", "versions of the model registry", (c, t) => c.ListModelPackagesAsync(new ListModelPackagesRequest { MaxResults = 1 }, t)),
        Read("DescribeModelPackage", "page of a version", (c, t) => c.DescribeModelPackageAsync(new DescribeModelPackageRequest { ModelPackageName = Nothing }, t)),
        Read("ListTrainingJobs", "list of training jobs", (c, t) => c.ListTrainingJobsAsync(new ListTrainingJobsRequest { MaxResults = 1 }, t)),
        Read("DescribeTrainingJob", "training page, metrics of evidence", (c, t) => c.DescribeTrainingJobAsync(new DescribeTrainingJobRequest { TrainingJobName = Nothing }, t)),
        Read("ListHyperParameterTuningJobs", "list of tuning jobs", (c, t) => c.ListHyperParameterTuningJobsAsync(new ListHyperParameterTuningJobsRequest { MaxResults = 1 }, t)),
        Read("DescribeHyperParameterTuningJob", "tuning page", (c, t) => c.DescribeHyperParameterTuningJobAsync(new DescribeHyperParameterTuningJobRequest { HyperParameterTuningJobName = Nothing }, t)),
        Read("ListTrainingJobsForHyperParameterTuningJob", "trials of a tuning job",
            (c, t) => c.ListTrainingJobsForHyperParameterTuningJobAsync(new ListTrainingJobsForHyperParameterTuningJobRequest { HyperParameterTuningJobName = Nothing }, t)),
        Read("ListTransformJobs", "list of batch transforms", (c, t) => c.ListTransformJobsAsync(new ListTransformJobsRequest { MaxResults = 1 }, t)),
        Read("DescribeTransformJob", "page of a batch transform", (c, t) => c.DescribeTransformJobAsync(new DescribeTransformJobRequest { TransformJobName = Nothing }, t)),
        Read("ListProcessingJobs", "confusion matrix of a training", (c, t) => c.ListProcessingJobsAsync(new ListProcessingJobsRequest { MaxResults = 1 }, t)),
        Read("DescribeProcessingJob", "confusion matrix of a training", (c, t) => c.DescribeProcessingJobAsync(new DescribeProcessingJobRequest { ProcessingJobName = Nothing }, t)),
        Read("ListTags", "tags", (c, t) => c.ListTagsAsync(new ListTagsRequest { ResourceArn = NothingArn }, t)),
        Write("AddTags", "change of tags", (c, t) => c.AddTagsAsync(new AddTagsRequest { ResourceArn = NothingArn, Tags = [new Tag { Key = Nothing, Value = "" }] }, t)),
        Write("DeleteTags", "change of tags", (c, t) => c.DeleteTagsAsync(new DeleteTagsRequest { ResourceArn = NothingArn, TagKeys = [Nothing] }, t)),
        // What makes something cannot be asked harmlessly.
        Write("CreateTrainingJob", "launch of a training job", null),
        Write("StopTrainingJob", "stop of a training job", (c, t) => c.StopTrainingJobAsync(new StopTrainingJobRequest { TrainingJobName = Nothing }, t)),
        Write("CreateHyperParameterTuningJob", "launch of a tuning job", null),
        Write("StopHyperParameterTuningJob", "stop of a tuning job", (c, t) => c.StopHyperParameterTuningJobAsync(new StopHyperParameterTuningJobRequest { HyperParameterTuningJobName = Nothing }, t)),
        Write("DeleteHyperParameterTuningJob", "deletion of a tuning job", (c, t) => c.DeleteHyperParameterTuningJobAsync(new DeleteHyperParameterTuningJobRequest { HyperParameterTuningJobName = Nothing }, t)),
        Write("CreateTransformJob", "launch of a batch transform", null),
        Write("StopTransformJob", "stop of a batch transform", (c, t) => c.StopTransformJobAsync(new StopTransformJobRequest { TransformJobName = Nothing }, t)),
        Write("CreateProcessingJob", "confusion matrix of a training", null),
        Write("CreateModel", "deployment of a version", null),
        Write("CreateEndpointConfig", "deployment", null),
        Write("UpdateEndpoint", "deployment, promotion and roll-back",
            (c, t) => c.UpdateEndpointAsync(new UpdateEndpointRequest { EndpointName = Nothing, EndpointConfigName = Nothing }, t)),
        Write("UpdateEndpointWeightsAndCapacities", "shift of traffic",
            (c, t) => c.UpdateEndpointWeightsAndCapacitiesAsync(new UpdateEndpointWeightsAndCapacitiesRequest
            {
                EndpointName = Nothing, DesiredWeightsAndCapacities = [new DesiredWeightAndCapacity { VariantName = Nothing, DesiredWeight = 1 }],
            }, t)),
        Write("DeleteEndpoint", "deletion of an endpoint", (c, t) => c.DeleteEndpointAsync(new DeleteEndpointRequest { EndpointName = Nothing }, t)),
        Write("UpdateModelPackage", "approval of a version in the registry",
            (c, t) => c.UpdateModelPackageAsync(new UpdateModelPackageRequest { ModelPackageArn = NothingPackage, ModelApprovalStatus = ModelApprovalStatus.PendingManualApproval }, t)),
        Invoke("InvokeEndpoint", "playground, saved cases of evidence, load",
            (c, t) => c.InvokeEndpointAsync(new InvokeEndpointRequest { EndpointName = Nothing, Body = new MemoryStream([1]) }, t)),
        Invoke("InvokeEndpointAsync", "asynchronous request in the playground",
            (c, t) => c.InvokeEndpointAsyncAsync(new InvokeEndpointAsyncRequest { EndpointName = Nothing, InputLocation = $"s3://{Nothing}/{Nothing}" }, t)),
        Invoke("InvokeEndpointWithResponseStream", "streamed answer in the playground",
            (c, t) => c.InvokeEndpointWithResponseStreamAsync(new InvokeEndpointWithResponseStreamRequest { EndpointName = Nothing, Body = new MemoryStream([1]) }, t)),
    ];

    private static CloudPermission Read(string operation, string what, Func<IAmazonSageMaker, CancellationToken, Task> probe) => Of(PermissionUse.Read, "sagemaker:" + operation, operation, what, probe);

    private static CloudPermission Write(string operation, string what, Func<IAmazonSageMaker, CancellationToken, Task>? probe) => Of(PermissionUse.Write, "sagemaker:" + operation, operation, what, probe);

    private static CloudPermission Invoke(string operation, string what, Func<IAmazonSageMakerRuntime, CancellationToken, Task> probe) =>
        Of(PermissionUse.Invoke, "sagemaker:" + operation, operation, what, probe);
}
