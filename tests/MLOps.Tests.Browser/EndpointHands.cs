using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SageMaker;
using Amazon.SageMaker.Model;

namespace MLOps.Tests.Browser;

/// <summary>Deploys the model of the DEV endpoint to endpoints of other kinds, as a data scientist does from a notebook.</summary>
internal sealed class EndpointHands(string url) : IDisposable
{
    private const string Development = "iris-model-development";
    private readonly AmazonSageMakerClient sageMaker = new(new BasicAWSCredentials("test", "test"), new AmazonSageMakerConfig { ServiceURL = url, AuthenticationRegion = "us-east-1" });

    /// <summary>Waits until the pipeline has deployed to DEV.</summary>
    public Task DevelopmentServesAsync() => ServesAsync(Development, TimeSpan.FromSeconds(180));

    /// <summary>An endpoint whose model keeps sessions, on as many instances.</summary>
    public async Task StatefulAsync(string name, int instances)
    {
        var model = await ModelAsync();
        model.PrimaryContainer.Environment = new(model.PrimaryContainer.Environment ?? []) { ["SAGEMAKER_ENABLE_STATEFUL_SESSIONS"] = "true", ["MODEL_SERVER_WORKERS"] = "1" };
        await sageMaker.CreateModelAsync(new() { ModelName = name, ExecutionRoleArn = model.ExecutionRoleArn, PrimaryContainer = model.PrimaryContainer });
        await CreateAsync(name, name, instances, null);
    }

    /// <summary>An asynchronous endpoint.</summary>
    public async Task AsynchronousAsync(string name) => await CreateAsync(name, (await ModelAsync()).ModelName, 1, new()
    {
        OutputConfig = new() { S3OutputPath = "s3://mlops-us-east-1-123456789012/later/answers", S3FailurePath = "s3://mlops-us-east-1-123456789012/later/failures" },
    });

    public Task ServesAsync(string name) => ServesAsync(name, TimeSpan.FromSeconds(60));

    public void Dispose() => sageMaker.Dispose();

    private Task ServesAsync(string name, TimeSpan within) => Eventually.TrueAsync(async () =>
    {
        try
        {
            return (await sageMaker.DescribeEndpointAsync(new() { EndpointName = name })).EndpointStatus == EndpointStatus.InService;
        }
        catch (Exception e) when (e is AmazonSageMakerException or HttpRequestException)
        {
            return false; // it is not there yet
        }
    }, within, $"{name} serves");

    private async Task<DescribeModelResponse> ModelAsync()
    {
        var config = (await sageMaker.DescribeEndpointAsync(new() { EndpointName = Development })).EndpointConfigName;
        var name = (await sageMaker.DescribeEndpointConfigAsync(new() { EndpointConfigName = config })).ProductionVariants[0].ModelName;
        return await sageMaker.DescribeModelAsync(new() { ModelName = name });
    }

    private async Task CreateAsync(string name, string model, int instances, AsyncInferenceConfig? later)
    {
        await sageMaker.CreateEndpointConfigAsync(new()
        {
            EndpointConfigName = name, AsyncInferenceConfig = later,
            ProductionVariants = [new() { VariantName = "Only", ModelName = model, InitialInstanceCount = instances, InstanceType = ProductionVariantInstanceType.MlT2Medium, InitialVariantWeight = 1 }],
        });
        await sageMaker.CreateEndpointAsync(new() { EndpointName = name, EndpointConfigName = name });
    }
}
