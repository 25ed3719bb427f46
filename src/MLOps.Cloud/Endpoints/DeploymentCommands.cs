using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Endpoints;

/// <inheritdoc/>
internal sealed class DeploymentCommands(ICloudClients clients, IInventory<EndpointSummary> inventory, AfterCommand after, TimeProvider time) : IDeploymentCommands
{
    public async Task DeployAsync(string connection, DeploymentOrder order, CancellationToken cancelled = default)
    {
        Refuse(order.Fault());
        var config = order.ConfigName.Length > 0 ? order.ConfigName : await ConfigOfModelAsync(connection, order, cancelled);
        await UpdateAsync(connection, order.Endpoint, config, request =>
        {
            request.DeploymentConfig = Config(order);
            request.RetainAllVariantProperties = order.KeepInstances;
            if (order.KeepInstances)
                request.ExcludeRetainedVariantProperties =
                [
                    new() { VariantPropertyType = VariantPropertyType.DesiredWeight }, new() { VariantPropertyType = VariantPropertyType.DataCaptureConfig },
                ];
        }, cancelled);
    }

    public async Task CaptureAsync(string connection, CaptureOrder order, CancellationToken cancelled = default)
    {
        Refuse(order.Fault());
        var present = await PresentAsync(connection, order.Endpoint, cancelled);
        var copy = Copy(present, Name(order.Endpoint, order.NewConfig));
        copy.DataCaptureConfig = order.Percent == 0 ? null : new Aws.DataCaptureConfig
        {
            EnableCapture = true,
            InitialSamplingPercentage = order.Percent,
            DestinationS3Uri = order.Uri.TrimEnd('/'),
            CaptureOptions = [new() { CaptureMode = CaptureMode.Input }, new() { CaptureMode = CaptureMode.Output }],
            CaptureContentTypeHeader = new() { CsvContentTypes = ["text/csv"], JsonContentTypes = ["application/json", "application/jsonlines"] },
        };
        await clients.Get<IAmazonSageMaker>(connection).CreateEndpointConfigAsync(copy, cancelled);
        await UpdateAsync(connection, order.Endpoint, copy.EndpointConfigName, request =>
        {
            // Only the capture changes: weights and counts stay as people and scaling have left them.
            request.RetainAllVariantProperties = true;
            request.ExcludeRetainedVariantProperties = [new() { VariantPropertyType = VariantPropertyType.DataCaptureConfig }];
        }, cancelled);
    }

    /// <summary>A configuration like the present one, with another model in one variant.</summary>
    private async Task<string> ConfigOfModelAsync(string connection, DeploymentOrder order, CancellationToken cancelled)
    {
        var client = clients.Get<IAmazonSageMaker>(connection);
        var copy = Copy(await PresentAsync(connection, order.Endpoint, cancelled), Name(order.Endpoint, order.NewConfig));
        var variant = copy.ProductionVariants.FirstOrDefault(v => v.VariantName == order.Variant)
            ?? throw Invalid($"The endpoint {order.Endpoint} has no variant {order.Variant}.");
        variant.ModelName = order.Model.Length > 0 ? order.Model : await ModelOfPackageAsync(connection, copy.EndpointConfigName, order, variant.ModelName, cancelled);
        await client.CreateEndpointConfigAsync(copy, cancelled);
        return copy.EndpointConfigName;
    }

    /// <summary>A model of a package; it runs as what serves now does.</summary>
    private async Task<string> ModelOfPackageAsync(string connection, string name, DeploymentOrder order, string present, CancellationToken cancelled)
    {
        var client = clients.Get<IAmazonSageMaker>(connection);
        var before = await client.DescribeModelAsync(new Aws.DescribeModelRequest { ModelName = present }, cancelled);
        await client.CreateModelAsync(new Aws.CreateModelRequest
        {
            ModelName = name,
            ExecutionRoleArn = before.ExecutionRoleArn,
            VpcConfig = before.VpcConfig,
            EnableNetworkIsolation = before.EnableNetworkIsolation,
            PrimaryContainer = new Aws.ContainerDefinition { ModelPackageName = order.Package },
        }, cancelled);
        return name;
    }

    private async Task<Aws.DescribeEndpointConfigResponse> PresentAsync(string connection, string endpoint, CancellationToken cancelled)
    {
        var client = clients.Get<IAmazonSageMaker>(connection);
        var described = await client.DescribeEndpointAsync(new Aws.DescribeEndpointRequest { EndpointName = endpoint }, cancelled);
        return await client.DescribeEndpointConfigAsync(new Aws.DescribeEndpointConfigRequest { EndpointConfigName = described.EndpointConfigName }, cancelled);
    }

    private async Task UpdateAsync(string connection, string endpoint, string config, Action<Aws.UpdateEndpointRequest> more, CancellationToken cancelled)
    {
        var request = new Aws.UpdateEndpointRequest { EndpointName = endpoint, EndpointConfigName = config };
        more(request);
        await clients.Get<IAmazonSageMaker>(connection).UpdateEndpointAsync(request, cancelled);
        await after.RefreshAsync(inventory, connection, endpoint, cancelled);
    }

    private string Name(string endpoint, string wanted) => wanted.Length > 0 ? wanted : ConfigNames.For(endpoint, time.GetUtcNow());

    private static Aws.CreateEndpointConfigRequest Copy(Aws.DescribeEndpointConfigResponse present, string name) => new()
    {
        EndpointConfigName = name,
        ProductionVariants = present.ProductionVariants,
        DataCaptureConfig = present.DataCaptureConfig,
        KmsKeyId = present.KmsKeyId,
        ExecutionRoleArn = present.ExecutionRoleArn,
        VpcConfig = present.VpcConfig,
        EnableNetworkIsolation = present.EnableNetworkIsolation,
        AsyncInferenceConfig = present.AsyncInferenceConfig,
    };

    private static Aws.DeploymentConfig Config(DeploymentOrder order)
    {
        var size = new Aws.CapacitySize { Type = CapacitySizeType.CAPACITY_PERCENT, Value = order.Percent };
        var config = new Aws.DeploymentConfig();
        if (order.Alarms.Count > 0)
            config.AutoRollbackConfiguration = new() { Alarms = [.. order.Alarms.Select(a => new Aws.Alarm { AlarmName = a })] };
        if (order.Shift == TrafficShift.Rolling)
            config.RollingUpdatePolicy = new() { MaximumBatchSize = size, WaitIntervalInSeconds = order.WaitSeconds };
        else
            config.BlueGreenUpdatePolicy = new()
            {
                TerminationWaitInSeconds = order.TerminationWaitSeconds,
                TrafficRoutingConfiguration = new()
                {
                    Type = order.Shift switch
                    {
                        TrafficShift.Canary => TrafficRoutingConfigType.CANARY,
                        TrafficShift.Linear => TrafficRoutingConfigType.LINEAR,
                        _ => TrafficRoutingConfigType.ALL_AT_ONCE,
                    },
                    WaitIntervalInSeconds = order.WaitSeconds,
                    CanarySize = order.Shift == TrafficShift.Canary ? size : null,
                    LinearStepSize = order.Shift == TrafficShift.Linear ? size : null,
                },
            };
        return config;
    }

    private static void Refuse(string? fault)
    {
        if (fault is not null)
            throw Invalid(fault);
    }

    private static CloudException Invalid(string message) => new(new CloudFault(CloudFaultKind.Invalid, message));
}
