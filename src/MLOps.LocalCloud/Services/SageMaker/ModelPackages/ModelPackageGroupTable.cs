using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.SageMaker.ModelPackages;

/// <summary>Model package groups. A document also counts the versions that were ever given out, so that none comes twice.</summary>
internal sealed class ModelPackageGroupTable(DocumentStore store) : ResourceTable(
    store, "model-package-group", "model package group", "ModelPackageGroupStatus",
    "ModelPackageGroupName", "ModelPackageGroupArn", "ModelPackageGroupDescription", "CreationTime", "ModelPackageGroupStatus")
{
    private const string LastVersion = "LastVersion";

    public override JsonObject Get(Scope scope, string name) => Find(scope, name) ?? throw Missing(scope, name);

    /// <summary>The next version of a group.</summary>
    /// <exception cref="AwsException">There is no such group.</exception>
    public int NextVersion(Scope scope, string name) =>
        Update(scope, name, group => group[LastVersion] = (group.Whole(LastVersion) ?? 0) + 1)?.Whole(LastVersion) ?? throw Missing(scope, name);

    private AwsException Missing(Scope scope, string name) => AwsException.Validation($"ModelPackageGroup {Arn(scope, name)} does not exist.");
}
