using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.ModelPackages;

/// <summary>Creates, shows, lists and deletes model package groups.</summary>
internal sealed class ModelPackageGroupOperations(ModelPackageGroupTable groups, ModelPackageTable packages, TimeProvider time) : IOperations
{
    public void Map(OperationMap map) => map
        .On("sagemaker", "CreateModelPackageGroup", Create)
        .On("sagemaker", "DescribeModelPackageGroup", call => groups.Get(call.Scope, Name(call)))
        .On("sagemaker", "ListModelPackageGroups", call => ListPage.Of(call.Input, groups.Entries(call.Scope), "ModelPackageGroupSummaryList", descending: true))
        .On("sagemaker", "DeleteModelPackageGroup", Delete);

    private JsonObject Create(OperationCall call)
    {
        Unsupported.Refuse(call.Input, "CreateModelPackageGroup", "ManagedConfiguration");
        var name = call.Input.Required("ModelPackageGroupName");
        var group = call.Input.Pick("ModelPackageGroupName", "ModelPackageGroupDescription", "Tags");
        group["ModelPackageGroupArn"] = groups.Arn(call.Scope, name);
        group["CreationTime"] = time.GetUtcNow().ToEpoch();
        group["CreatedBy"] = Caller.Of(call);
        group["ModelPackageGroupStatus"] = "Completed";
        if (!groups.TryAdd(call.Scope, name, group))
            throw AwsException.Validation($"Model Package Group already exists: {groups.Arn(call.Scope, name)}");
        return group.Pick("ModelPackageGroupArn");
    }

    private JsonObject Delete(OperationCall call)
    {
        var name = Name(call);
        groups.Get(call.Scope, name);
        if (packages.Of(call.Scope, name).Any())
            throw new AwsException("ConflictException", $"Model Package Group {groups.Arn(call.Scope, name)} has versions of model packages: delete them first.");
        groups.Remove(call.Scope, name);
        return [];
    }

    /// <summary>The group that the input names, be it by its ARN.</summary>
    private static string Name(OperationCall call) => call.Input.Required("ModelPackageGroupName").Split('/')[^1];
}
