using Amazon.ApplicationAutoScaling;
using Amazon.ApplicationAutoScaling.Model;
using Amazon.CloudFormation;
using Amazon.CloudFormation.Model;
using Amazon.CloudWatch;
using Amazon.CloudWatch.Model;
using Amazon.CloudWatchLogs;
using Amazon.CloudWatchLogs.Model;
using Amazon.ResourceGroupsTaggingAPI;
using Amazon.ResourceGroupsTaggingAPI.Model;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Amazon.SQS;
using static MLOps.Cloud.Access.CloudPermission;
using Scaling = Amazon.ApplicationAutoScaling;

namespace MLOps.Cloud.Access;

/// <summary>What the portal calls of the services around SageMaker and CodePipeline.</summary>
internal static class DataPermissions
{
    private const string NoResource = $"endpoint/{Nothing}/variant/{Nothing}";

    public static IEnumerable<CloudPermission> All =>
    [
        // Nobody may say what a bucket is called that is not theirs: what objects allow shows with the first of them.
        Of<IAmazonS3>(PermissionUse.Read, "s3:GetObject", "GetObject", "evidence, artifacts, captured requests", null),
        Of<IAmazonS3>(PermissionUse.Read, "s3:ListBucket", "ListObjectsV2", "results of batch transforms, captured requests", null),
        Of<IAmazonS3>(PermissionUse.Read, "s3:ListBucketVersions", "ListVersions", "choice of a revision to start from", null),
        Of<IAmazonS3>(PermissionUse.Write, "s3:PutObject", "PutObject", "upload of trainingjob.zip, input of asynchronous requests", null),
        Of<IAmazonCloudWatchLogs>(PermissionUse.Read, "logs:FilterLogEvents", "FilterLogEvents", "logs",
            (c, t) => c.FilterLogEventsAsync(new FilterLogEventsRequest { LogGroupName = Nothing, Limit = 1 }, t)),
        Of<IAmazonCloudWatch>(PermissionUse.Read, "cloudwatch:GetMetricData", "GetMetricData", "metrics of endpoints and jobs", Metrics),
        Of<IAmazonCloudWatch>(PermissionUse.Read, "cloudwatch:DescribeAlarms", "DescribeAlarms", "alarms that take a deployment back", (c, t) => c.DescribeAlarmsAsync(new DescribeAlarmsRequest { MaxRecords = 1 }, t)),
        Of<IAmazonCloudWatch>(PermissionUse.Write, "cloudwatch:PutMetricAlarm", "PutMetricAlarm", "alarms that take a deployment back", null),
        Of<IAmazonApplicationAutoScaling>(PermissionUse.Read, "application-autoscaling:DescribeScalableTargets", "DescribeScalableTargets", "bounds of scaling",
            (c, t) => c.DescribeScalableTargetsAsync(new DescribeScalableTargetsRequest { ServiceNamespace = Scaling.ServiceNamespace.Sagemaker, MaxResults = 1 }, t)),
        Of<IAmazonApplicationAutoScaling>(PermissionUse.Read, "application-autoscaling:DescribeScalingPolicies", "DescribeScalingPolicies", "target of scaling",
            (c, t) => c.DescribeScalingPoliciesAsync(new DescribeScalingPoliciesRequest { ServiceNamespace = Scaling.ServiceNamespace.Sagemaker, MaxResults = 1 }, t)),
        Of<IAmazonApplicationAutoScaling>(PermissionUse.Read, "application-autoscaling:DescribeScalingActivities", "DescribeScalingActivities", "history of scaling",
            (c, t) => c.DescribeScalingActivitiesAsync(new DescribeScalingActivitiesRequest { ServiceNamespace = Scaling.ServiceNamespace.Sagemaker, MaxResults = 1 }, t)),
        Of<IAmazonApplicationAutoScaling>(PermissionUse.Write, "application-autoscaling:RegisterScalableTarget", "RegisterScalableTarget", "change of scaling", null),
        Of<IAmazonApplicationAutoScaling>(PermissionUse.Write, "application-autoscaling:PutScalingPolicy", "PutScalingPolicy", "change of scaling",
            (c, t) => c.PutScalingPolicyAsync(new PutScalingPolicyRequest
            {
                PolicyName = Nothing, ServiceNamespace = Scaling.ServiceNamespace.Sagemaker, ResourceId = NoResource, ScalableDimension = Scaling.ScalableDimension.SagemakerVariantDesiredInstanceCount,
                PolicyType = PolicyType.TargetTrackingScaling,
                TargetTrackingScalingPolicyConfiguration = new TargetTrackingScalingPolicyConfiguration
                {
                    TargetValue = 1, PredefinedMetricSpecification = new PredefinedMetricSpecification { PredefinedMetricType = MetricType.SageMakerVariantInvocationsPerInstance },
                },
            }, t)),
        Of<IAmazonApplicationAutoScaling>(PermissionUse.Write, "application-autoscaling:DeregisterScalableTarget", "DeregisterScalableTarget", "deletion of a scaled endpoint",
            (c, t) => c.DeregisterScalableTargetAsync(new DeregisterScalableTargetRequest
            {
                ServiceNamespace = Scaling.ServiceNamespace.Sagemaker, ResourceId = NoResource, ScalableDimension = Scaling.ScalableDimension.SagemakerVariantDesiredInstanceCount,
            }, t)),
        // A message that is received is gone for the portal that waits for it.
        Of<IAmazonSQS>(PermissionUse.Read, "sqs:ReceiveMessage", "ReceiveMessage", "change pushed at once; sweeps find it later", null),
        Of<IAmazonSQS>(PermissionUse.Read, "sqs:DeleteMessage", "DeleteMessageBatch", "change pushed at once; sweeps find it later", null),
        Of<IAmazonCloudFormation>(PermissionUse.Read, "cloudformation:DescribeStackEvents", "DescribeStackEvents", "events of a stack as the log of its deployment",
            (c, t) => c.DescribeStackEventsAsync(new DescribeStackEventsRequest { StackName = Nothing }, t)),
        Of<IAmazonCloudFormation>(PermissionUse.Read, "cloudformation:DescribeStackResources", "DescribeStackResources", "certain word which stage deploys an endpoint; names tell",
            (c, t) => c.DescribeStackResourcesAsync(new DescribeStackResourcesRequest { StackName = Nothing }, t)),
        Of<IAmazonResourceGroupsTaggingAPI>(PermissionUse.Read, "tag:GetResources", "GetResources", "search by tags", (c, t) => c.GetResourcesAsync(new GetResourcesRequest { ResourcesPerPage = 1 }, t)),
        Of<IAmazonResourceGroupsTaggingAPI>(PermissionUse.Read, "tag:GetTagKeys", "GetTagKeys", "choice of tags", (c, t) => c.GetTagKeysAsync(new GetTagKeysRequest(), t)),
        Of<IAmazonSecurityTokenService>(PermissionUse.Read, "", "GetCallerIdentity", "number of the account", (c, t) => c.GetCallerIdentityAsync(new GetCallerIdentityRequest(), t)),
    ];

    private static Task Metrics(IAmazonCloudWatch client, CancellationToken cancelled) => client.GetMetricDataAsync(new GetMetricDataRequest
    {
        StartTime = DateTime.UnixEpoch.AddYears(50), EndTime = DateTime.UnixEpoch.AddYears(50).AddMinutes(1),
        MetricDataQueries = [new MetricDataQuery { Id = "m1", MetricStat = new MetricStat { Metric = new Metric { Namespace = "AWS/SageMaker", MetricName = "Invocations" }, Period = 60, Stat = "Sum" } }],
    }, cancelled);
}
