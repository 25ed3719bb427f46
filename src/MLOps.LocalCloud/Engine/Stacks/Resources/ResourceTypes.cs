using MLOps.LocalCloud.Engine.Stacks.Types;

namespace MLOps.LocalCloud.Engine.Stacks.Resources;

/// <summary>The resource types that stacks may hold.</summary>
internal sealed class ResourceTypes
{
    private readonly Dictionary<string, ResourceType> types;

    public ResourceTypes(IEnumerable<ResourceType> types) => this.types = types.ToDictionary(t => t.Name);

    /// <summary>All types of the local cloud.</summary>
    public static ResourceTypes All { get; } = new(
    [
        new S3BucketType(), new S3BucketPolicyType(), new IamRoleType(), new IamPolicyType(), new IamManagedPolicyType(), new EcrRepositoryType(),
        new CodeCommitRepositoryType(), new CodeBuildProjectType(), new CodePipelineType(), new LambdaFunctionType(), new LambdaPermissionType(),
        new SageMakerModelType(), new SageMakerEndpointConfigType(), new SageMakerEndpointType(), new ScalableTargetType(), new ScalingPolicyType(),
        new CloudWatchAlarmType(), new LogGroupType(), new SnsTopicType(), new SnsSubscriptionType(), new SqsQueueType(), new SqsQueuePolicyType(), new EventsRuleType(),
    ]);

    public ResourceType? Find(string name) => types.GetValueOrDefault(name);

    public ResourceType this[string name] => types[name];
}
