using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudFormation;

/// <summary>The operations that tell about stacks, their resources, events and exports.</summary>
internal sealed class StackQueries(StackStore store) : IOperations
{
    public void Map(OperationMap map) => map
        .On("cloudformation", "DescribeStacks", DescribeStacks)
        .On("cloudformation", "ListStacks", ListStacks)
        .On("cloudformation", "DescribeStackEvents", call => call.Page("StackEvents", store.Events(call.Scope, Stack(call)).Select(e => e.DeepClone())))
        .On("cloudformation", "DescribeStackResource", DescribeResource)
        .On("cloudformation", "DescribeStackResources", DescribeResources)
        .On("cloudformation", "ListStackResources", ListResources)
        .On("cloudformation", "ListExports", ListExports)
        .On("cloudformation", "ListImports", ListImports);

    private StackRecord Stack(OperationCall call) => store.Get(call.Scope, call.Input.Required("StackName"));

    private JsonObject DescribeStacks(OperationCall call)
    {
        if (call.Input.Text("StackName") is { } name)
            return new JsonObject { ["Stacks"] = new JsonArray(StackShapes.Stack(store.Get(call.Scope, name))) };
        return call.Page("Stacks", store.List(call.Scope).Where(s => !s.IsDeleted).Reverse().Select(StackShapes.Stack));
    }

    private JsonObject ListStacks(OperationCall call)
    {
        var wanted = call.Input.Texts("StackStatusFilter").ToHashSet();
        return call.Page("StackSummaries", store.List(call.Scope).Where(s => wanted.Count == 0 || wanted.Contains(s.Status)).Reverse().Select(StackShapes.Summary));
    }

    private JsonObject DescribeResource(OperationCall call)
    {
        var (stack, id) = (Stack(call), call.Input.Required("LogicalResourceId"));
        var resource = store.Resource(call.Scope, stack, id) ?? throw StackErrors.Validation($"Resource {id} does not exist for stack {stack.Name}");
        return new JsonObject { ["StackResourceDetail"] = StackShapes.Resource(stack, resource, "LastUpdatedTimestamp") };
    }

    private JsonObject DescribeResources(OperationCall call)
    {
        var (id, physical) = (call.Input.Text("LogicalResourceId"), call.Input.Text("PhysicalResourceId"));
        var byStack = call.Input["StackName"] is not null;
        if (byStack == physical is not null)
            throw StackErrors.Validation("Only one of StackName and PhysicalResourceId must be specified");
        var stack = physical is null ? store.Get(call.Scope, call.Input.Required("StackName"))
            : store.List(call.Scope).Where(s => !s.IsDeleted).FirstOrDefault(s => store.Resources(call.Scope, s).Values.Any(r => !r.IsDeleted && r.Current.PhysicalId == physical))
                ?? throw StackErrors.Validation($"Stack for {physical} does not exist");
        var resources = store.Resources(call.Scope, stack).Values.Where(r => id is null || r.Id == id).OrderBy(r => r.Id, StringComparer.Ordinal).ToList();
        if (id is not null && resources.Count == 0)
            throw StackErrors.Validation($"Resource {id} does not exist for stack {stack.Name}");
        return new JsonObject { ["StackResources"] = new JsonArray([.. resources.Select(r => StackShapes.Resource(stack, r, "Timestamp"))]) };
    }

    private JsonObject ListResources(OperationCall call)
    {
        var stack = Stack(call);
        return call.Page("StackResourceSummaries", store.Resources(call.Scope, stack).Values.OrderBy(r => r.Id, StringComparer.Ordinal)
            .Select(r => StackShapes.Resource(stack, r, "LastUpdatedTimestamp")));
    }

    private JsonObject ListExports(OperationCall call) => call.Page("Exports", store.Exports(call.Scope)
        .OrderBy(e => e.Output.ExportName, StringComparer.Ordinal)
        .Select(e => new JsonObject { ["ExportingStackId"] = e.Stack.Id, ["Name"] = e.Output.ExportName, ["Value"] = e.Output.Value }));

    private JsonObject ListImports(OperationCall call)
    {
        var export = call.Input.Required("ExportName");
        var stacks = store.Importers(call.Scope, export).Select(s => (JsonNode)s.Name).ToList();
        return stacks.Count > 0 ? call.Page("Imports", stacks) : throw StackErrors.Validation($"Export '{export}' is not imported by any stack.");
    }
}
