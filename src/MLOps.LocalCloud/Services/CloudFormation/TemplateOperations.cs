using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Engine.Stacks.Templates;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudFormation;

/// <summary>The operations that are about templates alone.</summary>
internal sealed class TemplateOperations(StackStore store, StackRequests requests, ResourceTypes types) : IOperations
{
    public void Map(OperationMap map) => map
        .On("cloudformation", "ValidateTemplate", ValidateAsync)
        .On("cloudformation", "GetTemplateSummary", SummarizeAsync)
        .On("cloudformation", "GetTemplate", GetTemplate);

    private async Task<OperationAnswer> ValidateAsync(OperationCall call)
    {
        var template = await TemplateAsync(call);
        var answer = Common(template);
        answer["Parameters"] = new JsonArray([.. template.Parameters.Select(p => new JsonObject
        {
            ["ParameterKey"] = p.Key, ["DefaultValue"] = p.Value.Default, ["NoEcho"] = p.Value.NoEcho, ["Description"] = p.Value.Description,
        })]);
        return answer;
    }

    private async Task<OperationAnswer> SummarizeAsync(OperationCall call)
    {
        if (call.Input["StackSetName"] is not null)
            throw StackErrors.NotOffered("stack sets");
        var template = call.Input.Text("StackName") is { } stack ? Template.Parse(store.Get(call.Scope, stack).Input.Template) : await TemplateAsync(call);
        var answer = Common(template);
        answer["Version"] = "2010-09-09";
        answer["ResourceTypes"] = new JsonArray([.. template.Resources.Values.Select(r => r.Type).Distinct().Select(t => (JsonNode)t)]);
        answer["Parameters"] = new JsonArray([.. template.Parameters.Select(p => new JsonObject
        {
            ["ParameterKey"] = p.Key, ["DefaultValue"] = p.Value.Default, ["ParameterType"] = p.Value.Type, ["NoEcho"] = p.Value.NoEcho,
            ["Description"] = p.Value.Description, ["ParameterConstraints"] = new JsonObject(),
        })]);
        return answer;
    }

    private JsonObject GetTemplate(OperationCall call)
    {
        if (call.Input["ChangeSetName"] is not null)
            throw StackErrors.NotOffered("GetTemplate of a change set");
        var stack = store.Get(call.Scope, call.Input.Required("StackName"));
        return new JsonObject { ["TemplateBody"] = stack.Input.Template, ["StagesAvailable"] = new JsonArray("Original", "Processed") };
    }

    private async Task<Template> TemplateAsync(OperationCall call)
    {
        var template = await requests.TemplateAsync(call, null);
        var unknown = template.Resources.Values.Select(r => r.Type).Where(t => types.Find(t) is null).Distinct().ToList();
        return unknown.Count == 0 ? template : throw StackErrors.Format($"Unrecognized resource types: [{string.Join(", ", unknown)}]");
    }

    private JsonObject Common(Template template)
    {
        var answer = new JsonObject { ["Description"] = template.Description };
        var capabilities = requests.Capabilities(template);
        if (capabilities.Count > 0)
        {
            answer["Capabilities"] = StackShapes.Texts(capabilities);
            var identities = template.Resources.Values.Where(r => types[r.Type].IsIdentity).Select(r => r.Type).Distinct();
            answer["CapabilitiesReason"] = $"The following resource(s) require capabilities: [{string.Join(", ", identities)}]";
        }
        if (template.LanguageExtensions)
            answer["DeclaredTransforms"] = new JsonArray("AWS::LanguageExtensions");
        return answer;
    }
}
