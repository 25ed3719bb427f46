using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;
using MLOps.LocalCloud.Services.SageMaker.Models;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.EndpointConfigs;

/// <summary>Creates, shows, lists and deletes endpoint configurations.</summary>
internal sealed class EndpointConfigOperations(EndpointConfigTable configs, ModelTable models, TimeProvider time) : IOperations
{
    public void Map(OperationMap map) => map
        .On("sagemaker", "CreateEndpointConfig", Create)
        .On("sagemaker", "DescribeEndpointConfig", call => configs.Get(call.Scope, call.Input.Required("EndpointConfigName")))
        .On("sagemaker", "ListEndpointConfigs", call => ListPage.Of(call.Input, configs.Entries(call.Scope), "EndpointConfigs", descending: true))
        .On("sagemaker", "DeleteEndpointConfig", Delete);

    private JsonObject Create(OperationCall call)
    {
        Unsupported.Refuse(call.Input, "CreateEndpointConfig", "ExplainerConfig", "ShadowProductionVariants", "MetricsConfig");
        var name = call.Input.Required("EndpointConfigName");
        var names = new HashSet<string>();
        foreach (var variant in call.Input.Objects("ProductionVariants"))
        {
            if (!names.Add(variant.Required("VariantName")))
                throw AwsException.Validation($"Production variant names must be unique; {variant.Text("VariantName")} is given twice.");
            CheckVariant(call.Scope, variant);
        }
        CheckCapture(call.Input.Object("DataCaptureConfig"));
        AsyncPlan.Check(call.Input);
        var config = call.Input.Pick(
            "EndpointConfigName", "ProductionVariants", "DataCaptureConfig", "AsyncInferenceConfig", "KmsKeyId", "ExecutionRoleArn", "VpcConfig", "EnableNetworkIsolation", "Tags");
        foreach (var variant in config.Objects("ProductionVariants"))
            variant["InitialVariantWeight"] ??= 1.0;
        config["EndpointConfigArn"] = configs.Arn(call.Scope, name);
        config["CreationTime"] = time.GetUtcNow().ToEpoch();
        if (!configs.TryAdd(call.Scope, name, config))
            throw configs.Exists(call.Scope, name);
        return new JsonObject { ["EndpointConfigArn"] = config.Text("EndpointConfigArn") };
    }

    private JsonObject Delete(OperationCall call)
    {
        var name = call.Input.Required("EndpointConfigName");
        return configs.Remove(call.Scope, name) ? [] : throw configs.NotFound(call.Scope, name);
    }

    private void CheckVariant(Scope scope, JsonObject variant)
    {
        Unsupported.Refuse(variant, "CreateEndpointConfig",
            "ServerlessConfig", "ManagedInstanceScaling", "InstancePools", "CoreDumpConfig", "AcceleratorType", "CapacityReservationConfig", "EnableSSMAccess");
        var name = variant.Text("VariantName");
        var model = variant.Text("ModelName") ?? throw AwsException.Validation($"Production variant {name} needs a ModelName.");
        if (models.Find(scope, model) is null)
            throw models.NotFound(scope, model);
        if (variant.Text("InstanceType") is null)
            throw AwsException.Validation($"Production variant {name} needs an InstanceType.");
        if (variant.Whole("InitialInstanceCount") is null)
            throw AwsException.Validation($"Production variant {name} needs an InitialInstanceCount.");
        if (variant.Number("InitialVariantWeight") < 0)
            throw AwsException.Validation($"The weight of production variant {name} must not be negative.");
    }

    private static void CheckCapture(JsonObject? capture)
    {
        if (capture is not null && S3Location.Parse(capture.Text("DestinationS3Uri")) is null)
            throw AwsException.Validation("DataCaptureConfig.DestinationS3Uri must be of the form s3://bucket/prefix.");
    }
}
