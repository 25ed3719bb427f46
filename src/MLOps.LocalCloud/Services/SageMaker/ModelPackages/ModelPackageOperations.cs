using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.ModelPackages;

/// <summary>Creates, shows, lists, approves and deletes model packages.</summary>
internal sealed class ModelPackageOperations(
    ModelPackageTable packages, ModelPackageGroupTable groups, ModelPackageInput checks, TimeProvider time) : IOperations
{
    private const int MostMetadata = 50;
    private const string Token = "ClientToken";

    private static readonly string[] Kept =
    [
        "ModelPackageName", "ModelPackageGroupName", "ModelPackageDescription", "ModelPackageRegistrationType", "InferenceSpecification", "Tags",
        "ModelApprovalStatus", "MetadataProperties", "ModelMetrics", "Domain", "Task", "SamplePayloadUrl", "CustomerMetadataProperties", "DriftCheckBaselines",
        "AdditionalInferenceSpecifications", "SkipModelValidation", "SourceUri", "ModelCard", "ModelLifeCycle", Token,
    ];

    public void Map(OperationMap map) => map
        .On("sagemaker", "CreateModelPackage", CreateAsync)
        .On("sagemaker", "DescribeModelPackage", call => packages.Get(call.Scope, packages.Key(call.Scope, call.Input.Required("ModelPackageName"))))
        .On("sagemaker", "BatchDescribeModelPackage", DescribeSeveral)
        .On("sagemaker", "ListModelPackages", List)
        .On("sagemaker", "UpdateModelPackage", UpdateAsync)
        .On("sagemaker", "DeleteModelPackage", Delete);

    private async Task<OperationAnswer> CreateAsync(OperationCall call)
    {
        await checks.CheckAsync(call);
        var package = call.Input.Pick(Kept);
        var group = call.Input.Text("ModelPackageGroupName")?.Split('/')[^1];
        if (group is not null && Repeated(call, group) is { } made)
            return made;
        var name = group ?? call.Input.Required("ModelPackageName");
        if (group is not null)
        {
            var version = groups.NextVersion(call.Scope, group);
            name = $"{group}/{version}";
            package["ModelPackageGroupName"] = group;
            package["ModelPackageVersion"] = version;
            package["ModelApprovalStatus"] ??= "PendingManualApproval";
        }
        package["ModelPackageName"] = name.Split('/')[0];
        package["ModelPackageArn"] = packages.Arn(call.Scope, name);
        package["CreationTime"] = time.GetUtcNow().ToEpoch();
        package["CreatedBy"] = Caller.Of(call);
        package["ModelPackageStatus"] = "Completed";
        package["ModelPackageStatusDetails"] = new JsonObject
        {
            ["ValidationStatuses"] = new JsonArray(),
            ["ImageScanStatuses"] = new JsonArray(),
        };
        if (!packages.TryAdd(call.Scope, name, package))
            throw AwsException.Validation($"ModelPackage {packages.Arn(call.Scope, name)} already exists.");
        packages.Announce(call.Scope, package);
        return package.Pick("ModelPackageArn");
    }

    /// <summary>What the same call was answered before; null where it comes for the first time.</summary>
    private JsonObject? Repeated(OperationCall call, string group) => call.Input.Text(Token) is not { } token ? null : packages.Of(call.Scope, group)
        .Select(e => packages.Find(call.Scope, e.Name)).FirstOrDefault(p => p?.Text(Token) == token)?.Pick("ModelPackageArn");

    private JsonObject DescribeSeveral(OperationCall call)
    {
        var found = new JsonObject();
        var errors = new JsonObject();
        foreach (var arn in call.Input.Texts("ModelPackageArnList"))
        {
            try
            {
                found[arn] = packages.Get(call.Scope, packages.Key(call.Scope, arn)).Pick(
                    "ModelPackageGroupName", "ModelPackageVersion", "ModelPackageArn", "ModelPackageDescription", "CreationTime", "InferenceSpecification",
                    "ModelPackageStatus", "ModelApprovalStatus", "ModelPackageRegistrationType");
            }
            catch (AwsException missing)
            {
                errors[arn] = new JsonObject { ["ErrorCode"] = missing.Code, ["ErrorResponse"] = missing.Message };
            }
        }
        return new JsonObject { ["ModelPackageSummaries"] = found, ["BatchDescribeModelPackageErrorMap"] = errors };
    }

    private JsonObject List(OperationCall call)
    {
        var group = call.Input.Text("ModelPackageGroupName")?.Split('/')[^1];
        if (group is not null)
            groups.Get(call.Scope, group);
        var approval = call.Input.Text("ModelApprovalStatus");
        // Without a group and a type, AWS lists the unversioned ones alone.
        var type = call.Input.Text("ModelPackageType") ?? (group is null ? "Unversioned" : "Versioned");
        return ListPage.Of(call.Input, packages.Entries(call.Scope), "ModelPackageSummaryList", descending: true, only: entry =>
            (group is null || entry.Summary.Text("ModelPackageGroupName") == group)
            && (approval is null || entry.Summary.Text("ModelApprovalStatus") == approval)
            && (type == "Both" || (type == "Versioned") == entry.Summary.ContainsKey("ModelPackageVersion")));
    }

    private async Task<OperationAnswer> UpdateAsync(OperationCall call)
    {
        Unsupported.Refuse(call.Input, "UpdateModelPackage", "AdditionalInferenceSpecificationsToAdd");
        var name = packages.Key(call.Scope, call.Input.Required("ModelPackageArn"));
        packages.Get(call.Scope, name);
        var specification = call.Input.Object("InferenceSpecification");
        await checks.CheckInferenceAsync(call, specification);
        var changed = packages.Update(call.Scope, name, package =>
        {
            if (call.Input.Text("ModelApprovalStatus") is { } approval)
            {
                if (!package.ContainsKey("ModelPackageVersion"))
                    throw AwsException.Validation("ModelApprovalStatus does not apply to unversioned model packages.");
                package["ModelApprovalStatus"] = approval;
            }
            foreach (var member in (string[])["ApprovalDescription", "SourceUri", "ModelCard", "ModelLifeCycle", "ModelPackageRegistrationType"])
                if (call.Input[member] is { } value)
                    package[member] = value.DeepClone();
            if (specification is not null)
                package["InferenceSpecification"] = specification.DeepClone();
            ChangeMetadata(package, call.Input);
            package["LastModifiedTime"] = time.GetUtcNow().ToEpoch();
            package["LastModifiedBy"] = Caller.Of(call);
        }) ?? packages.Get(call.Scope, name); // gone meanwhile: says so
        packages.Announce(call.Scope, changed);
        return changed.Pick("ModelPackageArn");
    }

    private JsonObject Delete(OperationCall call)
    {
        var name = packages.Key(call.Scope, call.Input.Required("ModelPackageName"));
        packages.Get(call.Scope, name);
        packages.Remove(call.Scope, name);
        return [];
    }

    private static void ChangeMetadata(JsonObject package, JsonObject input)
    {
        var metadata = package.Object("CustomerMetadataProperties") ?? [];
        foreach (var key in input.Texts("CustomerMetadataPropertiesToRemove"))
            metadata.Remove(key);
        foreach (var (key, value) in input.Object("CustomerMetadataProperties") ?? [])
            metadata[key] = value.Copy();
        if (metadata.Count > MostMetadata)
            throw AwsException.Validation($"A model package has at most {MostMetadata} CustomerMetadataProperties.");
        if (metadata.Parent is null && metadata.Count > 0)
            package["CustomerMetadataProperties"] = metadata;
    }
}
