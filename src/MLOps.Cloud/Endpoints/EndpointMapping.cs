using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;
using Scaling = Amazon.ApplicationAutoScaling.Model;

namespace MLOps.Cloud.Endpoints;

/// <summary>The SDK's endpoints as the portal's records.</summary>
internal static class EndpointMapping
{
    public static EndpointSummary Summary(
        string connection, Aws.DescribeEndpointResponse e, IReadOnlyDictionary<string, VariantState> configured, IReadOnlyDictionary<string, ScalingState> scaling) =>
        new(connection, e.EndpointName, e.EndpointStatus.Word())
        {
            Arn = e.EndpointArn ?? "",
            Created = e.CreationTime.Time() ?? default,
            Modified = e.LastModifiedTime.Time(),
            ConfigName = e.EndpointConfigName ?? "",
            FailureReason = e.FailureReason ?? "",
            Pending = e.PendingDeploymentSummary is { } pending ? Deployment(pending) : null,
            CapturePercent = e.DataCaptureConfig is { EnableCapture: true } capture ? capture.CurrentSamplingPercentage : null,
            AsyncOutput = e.AsyncInferenceConfig?.OutputConfig?.S3OutputPath ?? "",
            // Before it is in service an endpoint may name no variants: then the configuration tells what is to come.
            Variants = (e.ProductionVariants is { Count: > 0 } variants
                ? variants.Select(v => Variant(v, configured.GetValueOrDefault(v.VariantName)))
                : configured.Values)
                .Select(v => v with { Scaling = scaling.GetValueOrDefault(ResourceId(e.EndpointName, v.Name)) }).ToValueList(),
        };

    /// <summary>A variant as the configuration has it: nothing runs yet.</summary>
    public static VariantState Variant(Aws.ProductionVariant v, string image) => new(v.VariantName)
    {
        Model = v.ModelName ?? "",
        Image = image,
        ImageDigest = Sdk.Digest(image),
        InstanceType = v.InstanceType.Word(),
        DesiredInstances = v.InitialInstanceCount ?? 0,
        DesiredWeight = v.InitialVariantWeight.Exact(),
    };

    /// <summary>A deployment under way.</summary>
    public static PendingDeployment Deployment(Aws.PendingDeploymentSummary pending)
    {
        var variants = pending.ProductionVariants.OrEmpty().ToList();
        var status = variants.SelectMany(v => v.VariantStatus.OrEmpty()).LastOrDefault();
        var wanted = variants.Sum(v => v.DesiredWeight.Exact());
        return new PendingDeployment(
            pending.EndpointConfigName ?? "", pending.StartTime.Time(), status?.Status.Word() ?? "",
            wanted > 0 ? Math.Clamp(variants.Sum(v => v.CurrentWeight.Exact()) / wanted, 0, 1) : 0, status?.StatusMessage ?? "",
            variants.Select(v => new VariantState(v.VariantName)
            {
                Image = v.DeployedImages.OrEmpty().FirstOrDefault()?.SpecifiedImage ?? "",
                ImageDigest = Sdk.Digest(v.DeployedImages.OrEmpty().FirstOrDefault()?.ResolvedImage),
                InstanceType = v.InstanceType.Word(),
                CurrentInstances = v.CurrentInstanceCount ?? 0,
                DesiredInstances = v.DesiredInstanceCount ?? 0,
                CurrentWeight = v.CurrentWeight.Exact(),
                DesiredWeight = v.DesiredWeight.Exact(),
                Phase = v.VariantStatus.OrEmpty().LastOrDefault()?.Status.Word() ?? "",
            }).ToValueList());
    }

    /// <summary>How an endpoint answers asynchronously.</summary>
    public static AsyncState Async(Aws.AsyncInferenceConfig config)
    {
        var (output, topics) = (config.OutputConfig, config.OutputConfig?.NotificationConfig);
        return new AsyncState(output?.S3OutputPath ?? "", output?.S3FailurePath ?? "", topics?.SuccessTopic ?? "", topics?.ErrorTopic ?? "", config.ClientConfig?.MaxConcurrentInvocationsPerInstance);
    }

    /// <summary>How Application Auto Scaling names a variant.</summary>
    public static string ResourceId(string endpoint, string variant) => $"endpoint/{endpoint}/variant/{variant}";

    public static ScalingPolicy Policy(Scaling.ScalingPolicy p)
    {
        var tracking = p.TargetTrackingScalingPolicyConfiguration;
        return new ScalingPolicy(
            p.PolicyName, p.PolicyType.Word(),
            tracking?.PredefinedMetricSpecification?.PredefinedMetricType.Word() ?? tracking?.CustomizedMetricSpecification?.MetricName ?? "",
            tracking?.TargetValue, tracking?.ScaleInCooldown, tracking?.ScaleOutCooldown);
    }

    public static ScalingActivity Activity(Scaling.ScalingActivity a) => new(
        a.ActivityId, a.ResourceId?.Split('/') is [_, _, _, var variant] ? variant : "", a.StartTime.Time() ?? default, a.EndTime.Time(),
        a.StatusCode.Word(), string.IsNullOrEmpty(a.StatusMessage) ? a.Description ?? "" : $"{a.Description} {a.StatusMessage}", a.Cause ?? "");

    private static VariantState Variant(Aws.ProductionVariantSummary v, VariantState? configured)
    {
        var deployed = v.DeployedImages.OrEmpty().FirstOrDefault();
        return new VariantState(v.VariantName)
        {
            Model = configured?.Model ?? "",
            Image = deployed?.SpecifiedImage ?? configured?.Image ?? "",
            ImageDigest = Sdk.Digest(deployed?.ResolvedImage) is { Length: > 0 } digest ? digest : configured?.ImageDigest ?? "",
            InstanceType = configured?.InstanceType ?? "",
            CurrentInstances = v.CurrentInstanceCount ?? 0,
            DesiredInstances = v.DesiredInstanceCount ?? 0,
            CurrentWeight = v.CurrentWeight.Exact(),
            DesiredWeight = v.DesiredWeight.Exact(),
            Phase = v.VariantStatus.OrEmpty().LastOrDefault()?.Status.Word() ?? "",
        };
    }
}
