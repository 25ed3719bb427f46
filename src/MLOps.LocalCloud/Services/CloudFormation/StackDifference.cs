using MLOps.LocalCloud.Engine.Stacks;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudFormation;

/// <summary>Whether an update would change anything: resources, their policies or metadata, outputs, tags.</summary>
internal static class StackDifference
{
    public static IReadOnlyList<PlannedChange> Changes(StackStore store, Scope scope, StackRecord stack, Blueprint blueprint)
    {
        var resources = store.Resources(scope, stack);
        StackPlan.RefuseTypeChanges(blueprint, resources);
        return StackPlan.Compute(blueprint, resources, StackValues.Imports(store, scope));
    }

    public static bool Exists(StackStore store, Scope scope, StackRecord stack, StackInput input, Blueprint blueprint)
    {
        if (Changes(store, scope, stack, blueprint).Count > 0 || stack.Suspended is not null || !Same(stack.Input.Tags, input.Tags))
            return true;
        var resources = store.Resources(scope, stack);
        if (blueprint.Resources.Values.Any(planned => resources.GetValueOrDefault(planned.Declaration.Id) is { } resource && Attributes(planned, resource)))
            return true;
        var outputs = blueprint.Outputs(new StackValues(resources.GetValueOrDefault, StackValues.Imports(store, scope)));
        return !outputs.SequenceEqual(stack.Outputs);
    }

    private static bool Attributes(PlannedResource planned, StackResource resource) =>
        planned.Declaration.Metadata?.ToJsonString() != resource.Metadata
        || planned.Declaration.DeletionPolicy != resource.DeletionPolicy
        || planned.Declaration.UpdateReplacePolicy != resource.UpdateReplacePolicy;

    private static bool Same(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b) =>
        a.Count == b.Count && a.All(t => b.GetValueOrDefault(t.Key) == t.Value);
}
