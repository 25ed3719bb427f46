using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SageMaker;
using Amazon.SageMaker.Model;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Connections;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Protocol;
using MLOps.Tests.Integration.SageMaker;

namespace MLOps.Tests.Integration.Cloud;

/// <summary>A connected cloud with a bucket, a role and an image whose program a test steers by hyperparameters.</summary>
internal sealed class TinyCloud(ConnectedCloud cloud, string imageFolder) : IAsyncDisposable
{
    public const string Bucket = "data";
    public const string Image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/tiny:latest";
    private const string Role = "arn:aws:iam::123456789012:role/trainer";
    private const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}""";

    public ConnectedCloud Cloud => cloud;

    public IAmazonSageMaker SageMaker => cloud.Get<ICloudClients>().Get<IAmazonSageMaker>(ConnectedCloud.Name);

    public IAmazonS3 S3 => cloud.Get<ICloudClients>().Get<IAmazonS3>(ConnectedCloud.Name);

    public static async Task<TinyCloud> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("tiny-").FullName;
        TinyImage.WriteTo(folder);
        var cloud = new TinyCloud(await ConnectedCloud.StartAsync(configure: services => services.AddSingleton<IImageStore>(new TinyImage(folder))), folder);
        await cloud.S3.PutBucketAsync(new PutBucketRequest { BucketName = Bucket });
        await cloud.S3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = Bucket, VersioningConfig = new() { Status = VersionStatus.Enabled } });
        await cloud.S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "iris/train/rows.csv", ContentBody = "1,2,3\n" });
        await cloud.Cloud.LocalServices.GetRequiredService<ICloudCaller>().CallAsync(
            new Scope("123456789012", "us-east-1"), "iam", "CreateRole", new() { ["RoleName"] = "trainer", ["AssumeRolePolicyDocument"] = Trust });
        return cloud;
    }

    public Task TrainAsync(string name, params (string Name, string Value)[] hyperparameters) => SageMaker.CreateTrainingJobAsync(new CreateTrainingJobRequest
    {
        TrainingJobName = name,
        RoleArn = Role,
        AlgorithmSpecification = new() { TrainingImage = Image, TrainingInputMode = TrainingInputMode.File, MetricDefinitions = [new() { Name = "accuracy", Regex = "accuracy=([0-9.]+)" }] },
        HyperParameters = hyperparameters.ToDictionary(p => p.Name, p => p.Value),
        InputDataConfig = [new() { ChannelName = "train", ContentType = "text/csv", DataSource = new() { S3DataSource = new() { S3DataType = S3DataType.S3Prefix, S3Uri = $"s3://{Bucket}/iris/train" } } }],
        OutputDataConfig = new() { S3OutputPath = $"s3://{Bucket}/out" },
        ResourceConfig = new() { InstanceType = TrainingInstanceType.MlM5Large, InstanceCount = 1, VolumeSizeInGB = 5 },
        StoppingCondition = new() { MaxRuntimeInSeconds = 60 },
    });

    /// <summary>An endpoint with one instance of the model of a training job.</summary>
    public async Task ServeAsync(string name, string job)
    {
        await SageMaker.CreateModelAsync(new CreateModelRequest
        {
            ModelName = name,
            ExecutionRoleArn = Role,
            PrimaryContainer = new() { Image = Image, ModelDataUrl = $"s3://{Bucket}/out/{job}/output/model.tar.gz" },
        });
        await SageMaker.CreateEndpointConfigAsync(new CreateEndpointConfigRequest
        {
            EndpointConfigName = name,
            ProductionVariants = [new() { VariantName = "Champion", ModelName = name, InstanceType = ProductionVariantInstanceType.MlT2Medium, InitialInstanceCount = 1, InitialVariantWeight = 0.9f }],
        });
        await SageMaker.CreateEndpointAsync(new CreateEndpointRequest { EndpointName = name, EndpointConfigName = name });
    }

    public async ValueTask DisposeAsync()
    {
        await cloud.DisposeAsync();
        Directory.Delete(imageFolder, true);
    }
}
