using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Engine.Stacks.Templates;

namespace MLOps.LocalCloud.Engine.Stacks;

/// <summary>What an update would do to one resource.</summary>
/// <param name="Action"><c>Add</c>, <c>Modify</c> or <c>Remove</c>.</param>
/// <param name="Replacement"><c>True</c>, <c>False</c> or, where it hangs on a value that is not known yet, <c>Conditional</c>; null unless modified.</param>
/// <param name="Properties">The names of the properties that change.</param>
internal sealed record PlannedChange(string Action, string Id, string Type, string? PhysicalId, string? Replacement, IReadOnlyList<string> Properties);

/// <summary>Compares what a stack has with what a blueprint asks for.</summary>
internal static class StackPlan
{
    public static IReadOnlyList<PlannedChange> Compute(
        Blueprint blueprint, IReadOnlyDictionary<string, StackResource> resources, Func<string, string> import)
    {
        var existing = resources.Values.Where(r => !r.IsDeleted).ToDictionary(r => r.Id);
        var changes = new List<PlannedChange>();
        // What is new or replaced has no values yet that others could be compared by.
        var settled = new Dictionary<string, StackResource>(existing);
        foreach (var id in DependencyWalk.Order(blueprint.Graph))
        {
            var planned = blueprint.Resources[id];
            if (!existing.TryGetValue(id, out var resource))
            {
                changes.Add(new PlannedChange("Add", id, planned.Type.Name, null, null, []));
                settled.Remove(id);
                continue;
            }
            var next = blueprint.Properties(id, new StackValues(settled.GetValueOrDefault, import));
            var changed = Changed(resource.Current.Properties, next);
            if (changed.Count == 0)
                continue;
            var replacement = !planned.Type.Replaces(changed) ? "False"
                : planned.Type.Replaces(changed.Where(p => !Values.IsUnknown(next[p]))) ? "True" : "Conditional";
            changes.Add(new PlannedChange("Modify", id, planned.Type.Name, resource.Current.PhysicalId, replacement, changed));
            if (replacement != "False")
                settled.Remove(id);
        }
        changes.AddRange(existing.Values.Where(r => !blueprint.Resources.ContainsKey(r.Id))
            .Select(r => new PlannedChange("Remove", r.Id, r.Type, r.Current.PhysicalId, null, [])));
        return changes;
    }

    /// <summary>The top-level properties that differ.</summary>
    public static IReadOnlyList<string> Changed(JsonObject before, JsonObject after) =>
        [.. before.Select(p => p.Key).Union(after.Select(p => p.Key)).Where(p => after.Differs(before, p))];

    /// <summary>A resource keeps its type for as long as the stack has it.</summary>
    public static void RefuseTypeChanges(Blueprint blueprint, IReadOnlyDictionary<string, StackResource> resources)
    {
        var changed = blueprint.Resources.Where(r => resources.GetValueOrDefault(r.Key) is { IsDeleted: false } e && e.Type != r.Value.Type.Name).Select(r => r.Key).ToList();
        if (changed.Count > 0)
            throw StackErrors.Validation($"Update of resource type is not permitted. The new template modifies resource type of the following resources: [{string.Join(", ", changed)}]");
    }
}
