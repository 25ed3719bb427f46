using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

/// <summary>The two operations by which a service changes tags, and what their members are called.</summary>
/// <param name="Resource">The member that names the resource.</param>
/// <param name="IsMap">Whether the tags travel as an object by key rather than as a list.</param>
internal sealed record TagCalls(string Service, string Resource, string Tags = "Tags", string Keys = "TagKeys", bool IsMap = false, string Set = "TagResource", string Remove = "UntagResource")
{
    /// <summary>Brings a resource's tags from the earlier properties to the call's.</summary>
    public async Task UpdateAsync(ResourceCall call, string? resource, JsonObject previous)
    {
        var (tags, gone) = Shapes.TagChanges(previous, call.Properties);
        if (gone.Count > 0)
            await call.CallAsync(Service, Remove, new JsonObject { [Resource] = resource, [Keys] = gone });
        if (tags.Count > 0)
            await call.CallAsync(Service, Set, new JsonObject { [Resource] = resource, [Tags] = IsMap ? Shapes.TagMap(new JsonObject { ["Tags"] = tags }) : tags });
    }
}
