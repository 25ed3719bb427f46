using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.SageMaker.ModelPackages;

/// <summary>Model packages by name, or by <c>GROUP/VERSION</c> where they are versions of a group.</summary>
internal sealed class ModelPackageTable(DocumentStore store, CloudEventBus events) : ResourceTable(
    store, "model-package", "model package", "ModelPackageStatus",
    "ModelPackageName", "ModelPackageGroupName", "ModelPackageVersion", "ModelPackageArn", "ModelPackageDescription", "CreationTime", "ModelPackageStatus",
    "ModelApprovalStatus", "ModelPackageRegistrationType", "ModelLifeCycle")
{
    /// <summary>The name of a package within its account and region, out of an ARN, a name, or a name with its version.</summary>
    public string Key(Scope scope, string named)
    {
        if (!named.StartsWith("arn:", StringComparison.Ordinal))
            return named;
        var prefix = Arn(scope, "");
        return named.StartsWith(prefix, StringComparison.Ordinal) ? named[prefix.Length..] : throw Missing(named);
    }

    public override JsonObject Get(Scope scope, string name) => Find(scope, name) ?? throw Missing(Arn(scope, name));

    /// <summary>The packages of a group, by age.</summary>
    public IEnumerable<ListEntry> Of(Scope scope, string group) => Entries(scope).By("CreationTime").Where(e => e.Summary.Text("ModelPackageGroupName") == group);

    /// <summary>Publishes a package's state as EventBridge shows it.</summary>
    public void Announce(Scope scope, JsonObject package)
    {
        var detail = package.Pick(
            "ModelPackageName", "ModelPackageGroupName", "ModelPackageVersion", "ModelPackageArn", "ModelPackageDescription", "InferenceSpecification",
            "ModelPackageStatus", "ModelPackageStatusDetails", "CertifyForMarketplace", "ModelApprovalStatus", "ApprovalDescription", "MetadataProperties",
            "ModelMetrics", "CustomerMetadataProperties", "SamplePayloadUrl", "SkipModelValidation", "ModelLifeCycle");
        foreach (var moment in (string[])["CreationTime", "LastModifiedTime"])
            if (package.Number(moment) is { } seconds)
                detail[moment] = (long)(seconds * 1000);
        detail["Tags"] = new JsonObject(package.Objects("Tags").Select(t => KeyValuePair.Create(t.Required("Key"), t["Value"].Copy())));
        events.Publish(new CloudEvent(scope, "aws.sagemaker", "SageMaker Model Package State Change", detail, [package.Required("ModelPackageArn")]));
    }

    private static AwsException Missing(string arn) => AwsException.Validation($"ModelPackage {arn} does not exist.");
}
