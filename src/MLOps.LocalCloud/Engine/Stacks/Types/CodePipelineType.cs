using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class CodePipelineType : ResourceType
{
    public override string Name => "AWS::CodePipeline::Pipeline";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string>
    {
        "Name", "RoleArn", "ArtifactStore", "ArtifactStores", "Stages", "ExecutionMode", "PipelineType", "Variables", "Triggers", "Tags",
        "DisableInboundStageTransitions", "RestartExecutionOnUpdate",
    };

    public override IReadOnlyList<string> Attributes => ["Version"];

    public override string NameProperty => "Name";

    public override PhysicalNameRule NameRule => new(100);

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        var name = call.PhysicalId ?? call.Name;
        var found = await call.TryAsync("codepipeline", "GetPipeline", new JsonObject { ["name"] = name });
        return found?.Object("pipeline") is { } pipeline ? new ResourceState(name, new JsonObject { ["Version"] = $"{pipeline.Whole("version")}" }) : null;
    }

    public override Task CreateAsync(ResourceCall call) => call.CallAsync("codepipeline", "CreatePipeline", new JsonObject
    {
        ["pipeline"] = Declaration(call),
        ["tags"] = Shapes.Camel(call.Properties["Tags"]),
    });

    public override async Task ConfigureAsync(ResourceCall call, JsonObject previous)
    {
        var disabled = call.Properties.Objects("DisableInboundStageTransitions").ToList();
        foreach (var open in previous.Objects("DisableInboundStageTransitions").Select(t => t.Required("StageName")).Except(disabled.Select(t => t.Required("StageName"))))
            await call.TryAsync("codepipeline", "EnableStageTransition", Transition(call, open));
        foreach (var transition in disabled)
        {
            var input = Transition(call, transition.Required("StageName"));
            input["reason"] = transition.Required("Reason");
            await call.CallAsync("codepipeline", "DisableStageTransition", input);
        }
    }

    public override async Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        await call.CallAsync("codepipeline", "UpdatePipeline", new JsonObject { ["pipeline"] = Declaration(call) });
        var (tags, gone) = Shapes.TagChanges(previous, call.Properties);
        var arn = call.Scope.Arn("codepipeline", call.PhysicalId!);
        if (gone.Count > 0)
            await call.CallAsync("codepipeline", "UntagResource", new JsonObject { ["resourceArn"] = arn, ["tagKeys"] = gone });
        if (tags.Count > 0)
            await call.CallAsync("codepipeline", "TagResource", new JsonObject { ["resourceArn"] = arn, ["tags"] = Shapes.Camel(tags) });
        await ConfigureAsync(call, previous);
        if (call.Properties.Flag("RestartExecutionOnUpdate") is true)
            await call.CallAsync("codepipeline", "StartPipelineExecution", new JsonObject { ["name"] = call.PhysicalId });
    }

    public override Task DeleteAsync(ResourceCall call) => call.TryAsync("codepipeline", "DeletePipeline", new JsonObject { ["name"] = call.PhysicalId });

    private static JsonObject Declaration(ResourceCall call)
    {
        var properties = call.Properties.Pick("RoleArn", "ArtifactStore", "Stages", "ExecutionMode", "PipelineType", "Variables", "Triggers");
        foreach (var action in properties.Objects("Stages").SelectMany(s => s.Objects("Actions")))
            if (action.ContainsKey("Configuration"))
                action["Configuration"] = Shapes.Map(action["Configuration"]);
        var declaration = (JsonObject)Shapes.Camel(properties, "Configuration")!;
        declaration["name"] = call.PhysicalId ?? call.Name;
        if (call.Properties.Objects("ArtifactStores").ToList() is { Count: > 0 } stores)
            declaration["artifactStores"] = new JsonObject(stores.Select(s => KeyValuePair.Create(s.Required("Region"), Shapes.Camel(s["ArtifactStore"]))));
        return declaration;
    }

    private static JsonObject Transition(ResourceCall call, string stage) => new()
    {
        ["pipelineName"] = call.PhysicalId ?? call.Name, ["stageName"] = stage, ["transitionType"] = "Inbound",
    };
}
