using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class EcrRepositoryType : ResourceType
{
    public override string Name => "AWS::ECR::Repository";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string>
    {
        "RepositoryName", "EmptyOnDelete", "EncryptionConfiguration", "ImageScanningConfiguration", "ImageTagMutability", "LifecyclePolicy", "RepositoryPolicyText", "Tags",
    };

    public override IReadOnlyList<string> Attributes => ["Arn", "RepositoryUri"];

    private static readonly TagCalls Tagging = new("ecr", "resourceArn", "tags", "tagKeys");

    public override string NameProperty => "RepositoryName";

    public override PhysicalNameRule NameRule => new(256, LowerCase: true);

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        var name = call.PhysicalId ?? call.Name;
        var found = await call.TryAsync("ecr", "DescribeRepositories", new JsonObject { ["repositoryNames"] = new JsonArray(name) });
        return found?.Objects("repositories").FirstOrDefault() is not { } repository ? null : new ResourceState(name, new JsonObject
        {
            ["Arn"] = repository.Text("repositoryArn"),
            ["RepositoryUri"] = repository.Text("repositoryUri"),
        });
    }

    public override Task CreateAsync(ResourceCall call)
    {
        var input = (JsonObject)Shapes.Camel(call.Properties.Pick("EncryptionConfiguration", "ImageScanningConfiguration", "ImageTagMutability"))!;
        input["repositoryName"] = call.Name;
        input["tags"] = call.Properties["Tags"].Copy();
        return call.CallAsync("ecr", "CreateRepository", input);
    }

    public override async Task ConfigureAsync(ResourceCall call, JsonObject previous)
    {
        var name = call.PhysicalId ?? call.Name;
        if (call.Properties.Object("LifecyclePolicy")?.Text("LifecyclePolicyText") is { } lifecycle)
            await call.CallAsync("ecr", "PutLifecyclePolicy", new JsonObject { ["repositoryName"] = name, ["lifecyclePolicyText"] = lifecycle });
        if (Shapes.Document(call.Properties["RepositoryPolicyText"]) is { } policy)
            await call.CallAsync("ecr", "SetRepositoryPolicy", new JsonObject { ["repositoryName"] = name, ["policyText"] = policy });
    }

    public override async Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        Shapes.Refuse(this, call.Properties, previous, "ImageScanningConfiguration", "ImageTagMutability");
        foreach (var removed in (string[])["LifecyclePolicy", "RepositoryPolicyText"])
            if (!call.Properties.ContainsKey(removed))
                Shapes.Refuse(this, call.Properties, previous, removed);
        await Tagging.UpdateAsync(call, call.Scope.Arn("ecr", $"repository/{call.PhysicalId}"), previous);
        await ConfigureAsync(call, previous);
    }

    public override Task DeleteAsync(ResourceCall call) => call.TryAsync("ecr", "DeleteRepository", new JsonObject
    {
        ["repositoryName"] = call.PhysicalId,
        ["force"] = call.Properties.Flag("EmptyOnDelete") ?? false,
    });
}
