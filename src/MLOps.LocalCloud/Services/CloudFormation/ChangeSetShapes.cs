using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudFormation;

/// <summary>Change sets in the shapes of the API.</summary>
internal static class ChangeSetShapes
{
    /// <param name="stack">The stack as it is now: a change set that it has left behind is obsolete.</param>
    public static JsonObject Summary(ChangeSetRecord changeSet, StackRecord? stack) => new()
    {
        ["ChangeSetName"] = changeSet.Name,
        ["ChangeSetId"] = changeSet.Id,
        ["StackId"] = changeSet.StackId,
        ["StackName"] = changeSet.StackName,
        ["Description"] = changeSet.Description,
        ["CreationTime"] = changeSet.Created.ToEpoch(),
        ["Status"] = changeSet.Status,
        ["StatusReason"] = changeSet.StatusReason,
        ["ExecutionStatus"] = ExecutionStatus(changeSet, stack),
        ["IncludeNestedStacks"] = false,
    };

    public static string ExecutionStatus(ChangeSetRecord changeSet, StackRecord? stack) =>
        changeSet.Executed ? "EXECUTE_COMPLETE"
        : changeSet.Status == "FAILED" ? "UNAVAILABLE"
        : stack is null || stack.IsDeleted || stack.Updated > changeSet.Created ? "OBSOLETE"
        : "AVAILABLE";

    public static JsonArray Changes(IEnumerable<PlannedChange> changes, ResourceTypes types) =>
        [.. changes.Select(c => new JsonObject { ["Type"] = "Resource", ["ResourceChange"] = Change(c, types[c.Type]) })];

    private static JsonObject Change(PlannedChange change, ResourceType type)
    {
        var tags = change.Properties.Where(p => p == type.TagsProperty).ToList();
        var described = new JsonObject
        {
            ["Action"] = change.Action,
            ["LogicalResourceId"] = change.Id,
            ["PhysicalResourceId"] = change.PhysicalId,
            ["ResourceType"] = change.Type,
            ["Replacement"] = change.Replacement,
            ["Scope"] = new JsonArray(),
            ["Details"] = new JsonArray(),
        };
        if (change.Action != "Modify")
            return described;
        if (change.Properties.Count > tags.Count)
            described["Scope"]!.AsArray().Add("Properties");
        if (tags.Count > 0)
            described["Scope"]!.AsArray().Add("Tags");
        foreach (var property in change.Properties)
            described["Details"]!.AsArray().Add(new JsonObject
            {
                ["Target"] = new JsonObject
                {
                    ["Attribute"] = tags.Contains(property) ? "Tags" : "Properties",
                    ["Name"] = tags.Contains(property) ? null : property,
                    ["RequiresRecreation"] = !type.Replaces([property]) ? "Never" : change.Replacement == "Conditional" ? "Conditionally" : "Always",
                },
                ["Evaluation"] = change.Replacement == "Conditional" ? "Dynamic" : "Static",
                ["ChangeSource"] = "DirectModification",
            });
        return described;
    }
}
