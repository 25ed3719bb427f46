using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Engine.Stacks.Templates;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudFormation;

/// <summary>Stacks and their resources in the shapes of the API.</summary>
internal static class StackShapes
{
    public static JsonObject Stack(StackRecord stack) => new()
    {
        ["StackId"] = stack.Id,
        ["StackName"] = stack.Name,
        ["ChangeSetId"] = stack.ChangeSetId,
        ["Description"] = stack.Description,
        ["Parameters"] = Parameters(stack.Input),
        ["CreationTime"] = stack.Created.ToEpoch(),
        ["DeletionTime"] = stack.Deleted?.ToEpoch(),
        ["LastUpdatedTime"] = stack.Updated?.ToEpoch(),
        ["RollbackConfiguration"] = new JsonObject(),
        ["StackStatus"] = stack.Status,
        ["StackStatusReason"] = stack.StatusReason,
        ["DisableRollback"] = stack.DisableRollback,
        ["NotificationARNs"] = Texts(stack.Input.NotificationArns),
        ["TimeoutInMinutes"] = stack.TimeoutInMinutes,
        ["Capabilities"] = Texts(stack.Input.Capabilities),
        ["Outputs"] = new JsonArray([.. stack.Outputs.Select(o => new JsonObject
        {
            ["OutputKey"] = o.Key, ["OutputValue"] = o.Value, ["Description"] = o.Description, ["ExportName"] = o.ExportName,
        })]),
        ["RoleARN"] = stack.Input.RoleArn,
        ["Tags"] = Tags(stack.Input),
        ["EnableTerminationProtection"] = stack.TerminationProtection,
        ["DriftInformation"] = new JsonObject { ["StackDriftStatus"] = "NOT_CHECKED" },
        ["RetainExceptOnCreate"] = stack.RetainExceptOnCreate,
    };

    public static JsonObject Summary(StackRecord stack) => new()
    {
        ["StackId"] = stack.Id,
        ["StackName"] = stack.Name,
        ["TemplateDescription"] = stack.Description,
        ["CreationTime"] = stack.Created.ToEpoch(),
        ["LastUpdatedTime"] = stack.Updated?.ToEpoch(),
        ["DeletionTime"] = stack.Deleted?.ToEpoch(),
        ["StackStatus"] = stack.Status,
        ["StackStatusReason"] = stack.StatusReason,
        ["DriftInformation"] = new JsonObject { ["StackDriftStatus"] = "NOT_CHECKED" },
    };

    /// <param name="timeMember">How the operation calls the time: <c>Timestamp</c> or <c>LastUpdatedTimestamp</c>.</param>
    public static JsonObject Resource(StackRecord stack, StackResource resource, string timeMember) => new()
    {
        ["StackName"] = stack.Name,
        ["StackId"] = stack.Id,
        ["LogicalResourceId"] = resource.Id,
        ["PhysicalResourceId"] = resource.Current.PhysicalId,
        ["ResourceType"] = resource.Type,
        [timeMember] = resource.Timestamp.ToEpoch(),
        ["ResourceStatus"] = resource.Status,
        ["ResourceStatusReason"] = resource.StatusReason,
        ["Metadata"] = resource.Metadata,
        ["DriftInformation"] = new JsonObject { ["StackResourceDriftStatus"] = "NOT_CHECKED" },
    };

    /// <summary>The parameters in the order of their names; secret ones as asterisks.</summary>
    public static JsonArray Parameters(StackInput input)
    {
        if (input.Parameters.Count == 0)
            return [];
        var secret = Template.Parse(input.Template).Parameters.Where(p => p.Value.NoEcho).Select(p => p.Key).ToHashSet();
        return [.. input.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => new JsonObject
        {
            ["ParameterKey"] = p.Key, ["ParameterValue"] = secret.Contains(p.Key) ? ParameterDeclaration.Mask : p.Value,
        })];
    }

    public static JsonArray Tags(StackInput input) => [.. input.Tags.Select(t => new JsonObject { ["Key"] = t.Key, ["Value"] = t.Value })];

    public static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];
}
