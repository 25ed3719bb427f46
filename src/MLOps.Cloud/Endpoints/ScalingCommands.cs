using Amazon.ApplicationAutoScaling;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using Scaling = Amazon.ApplicationAutoScaling.Model;

namespace MLOps.Cloud.Endpoints;

/// <inheritdoc/>
internal sealed class ScalingCommands(ICloudClients clients, IInventory<EndpointSummary> inventory, AfterCommand after) : IScalingCommands
{
    private const string Metric = "SageMakerVariantInvocationsPerInstance";

    public async Task ScaleAsync(string connection, ScalingOrder order, CancellationToken cancelled = default)
    {
        if (order.Fault() is { } fault)
            throw new CloudException(new CloudFault(CloudFaultKind.Invalid, fault));
        var client = clients.Get<IAmazonApplicationAutoScaling>(connection);
        var resource = EndpointMapping.ResourceId(order.Endpoint, order.Variant);
        await client.RegisterScalableTargetAsync(new Scaling.RegisterScalableTargetRequest
        {
            ServiceNamespace = ServiceNamespace.Sagemaker,
            ResourceId = resource,
            ScalableDimension = ScalableDimension.SagemakerVariantDesiredInstanceCount,
            MinCapacity = order.MinInstances,
            MaxCapacity = order.MaxInstances,
        }, cancelled);
        var policies = await client.DescribeScalingPoliciesAsync(
            new Scaling.DescribeScalingPoliciesRequest { ServiceNamespace = ServiceNamespace.Sagemaker, ResourceId = resource }, cancelled);
        // The policy that tracks invocations is changed under its name; others stay as they are.
        var known = policies.ScalingPolicies?.FirstOrDefault(p =>
            p.TargetTrackingScalingPolicyConfiguration?.PredefinedMetricSpecification?.PredefinedMetricType == MetricType.SageMakerVariantInvocationsPerInstance);
        await client.PutScalingPolicyAsync(new Scaling.PutScalingPolicyRequest
        {
            ServiceNamespace = ServiceNamespace.Sagemaker,
            ResourceId = resource,
            ScalableDimension = ScalableDimension.SagemakerVariantDesiredInstanceCount,
            PolicyName = known?.PolicyName ?? $"{order.Endpoint}-{order.Variant}-invocations",
            PolicyType = PolicyType.TargetTrackingScaling,
            TargetTrackingScalingPolicyConfiguration = new()
            {
                TargetValue = order.Target,
                ScaleInCooldown = order.ScaleInSeconds,
                ScaleOutCooldown = order.ScaleOutSeconds,
                DisableScaleIn = known?.TargetTrackingScalingPolicyConfiguration?.DisableScaleIn,
                PredefinedMetricSpecification = new() { PredefinedMetricType = new MetricType(Metric) },
            },
        }, cancelled);
        await after.RefreshAsync(inventory, connection, order.Endpoint, cancelled);
    }

    public async Task StopScalingAsync(string connection, string endpoint, string variant, CancellationToken cancelled = default)
    {
        await clients.Get<IAmazonApplicationAutoScaling>(connection).DeregisterScalableTargetAsync(new Scaling.DeregisterScalableTargetRequest
        {
            ServiceNamespace = ServiceNamespace.Sagemaker,
            ResourceId = EndpointMapping.ResourceId(endpoint, variant),
            ScalableDimension = ScalableDimension.SagemakerVariantDesiredInstanceCount,
        }, cancelled);
        await after.RefreshAsync(inventory, connection, endpoint, cancelled);
    }
}
