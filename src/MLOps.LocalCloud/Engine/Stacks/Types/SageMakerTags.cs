using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

/// <summary>Changes the tags of a SageMaker resource, whose physical id is its ARN.</summary>
internal static class SageMakerTags
{
    public static async Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        var (tags, gone) = Shapes.TagChanges(previous, call.Properties);
        if (gone.Count > 0)
            await call.CallAsync("sagemaker", "DeleteTags", new JsonObject { ["ResourceArn"] = call.PhysicalId, ["TagKeys"] = gone });
        if (tags.Count > 0)
            await call.CallAsync("sagemaker", "AddTags", new JsonObject { ["ResourceArn"] = call.PhysicalId, ["Tags"] = tags });
    }
}
