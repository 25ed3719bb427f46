using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class CodeBuildProjectType : ResourceType
{
    // An update leaves what it does not name: what goes from the template is set to the service's default.
    private static readonly Dictionary<string, JsonNode> Defaults = new()
    {
        ["Description"] = "", ["TimeoutInMinutes"] = 60, ["QueuedTimeoutInMinutes"] = 480, ["Tags"] = new JsonArray(), ["SourceVersion"] = "",
    };

    public override string Name => "AWS::CodeBuild::Project";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string>
    {
        "Name", "Description", "Source", "SourceVersion", "SecondarySources", "SecondarySourceVersions", "Artifacts", "SecondaryArtifacts", "Cache",
        "Environment", "ServiceRole", "TimeoutInMinutes", "QueuedTimeoutInMinutes", "EncryptionKey", "Tags", "VpcConfig", "BadgeEnabled", "LogsConfig",
        "FileSystemLocations", "BuildBatchConfig", "ConcurrentBuildLimit", "AutoRetryLimit",
    };

    public override IReadOnlyList<string> Attributes => ["Arn", "Id"];

    public override string NameProperty => "Name";

    public override PhysicalNameRule NameRule => new(255);

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        var name = call.PhysicalId ?? call.Name;
        var found = await call.CallAsync("codebuild", "BatchGetProjects", new JsonObject { ["names"] = new JsonArray(name) });
        return found.Objects("projects").FirstOrDefault() is not { } project ? null
            : new ResourceState(name, new JsonObject { ["Arn"] = project.Text("arn"), ["Id"] = name });
    }

    public override Task CreateAsync(ResourceCall call) => call.CallAsync("codebuild", "CreateProject", Input(call, call.Properties));

    public override Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        var next = (JsonObject)call.Properties.DeepClone();
        foreach (var (removed, _) in previous.Where(p => !next.ContainsKey(p.Key)).ToList())
        {
            if (!Defaults.TryGetValue(removed, out var value))
                throw new ResourceFailedException($"The local cloud does not offer removing {removed} of {Name} in place.");
            next[removed] = value.DeepClone();
        }
        return call.CallAsync("codebuild", "UpdateProject", Input(call, next));
    }

    public override Task DeleteAsync(ResourceCall call) => call.TryAsync("codebuild", "DeleteProject", new JsonObject { ["name"] = call.PhysicalId });

    private static JsonObject Input(ResourceCall call, JsonObject properties)
    {
        var input = (JsonObject)Shapes.Camel(properties)!;
        foreach (var source in input.Objects("secondarySources").Append(input.Object("source")).OfType<JsonObject>())
        {
            if (source.Remove("buildSpec", out var specification))
                source["buildspec"] = specification;
        }
        input["name"] = call.PhysicalId ?? call.Name;
        return input;
    }
}
