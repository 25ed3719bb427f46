using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.CloudFormation;

/// <summary>The change sets of all stacks, by ARN.</summary>
internal sealed class ChangeSetStore(DocumentStore documents, StackStore stacks)
{
    private readonly DocumentTable table = documents.Table("cloudformation/change-set");

    public IEnumerable<ChangeSetRecord> Of(Scope scope, string stackId) => List(scope).Where(c => c.StackId == stackId);

    /// <summary>The change set that a call names, by its ARN or by its name and its stack.</summary>
    public ChangeSetRecord Get(OperationCall call)
    {
        var (name, stackName) = (call.Input.Required("ChangeSetName"), call.Input.Text("StackName"));
        if (name.StartsWith("arn:", StringComparison.Ordinal))
            return table.Find(call.Scope, name)?.Deserialize<ChangeSetRecord>() ?? throw Missing(name);
        if (stackName is null)
            throw StackErrors.Validation("StackName must be specified if ChangeSetName is not specified as an ARN.");
        var stack = stacks.Find(call.Scope, stackName) ?? throw Missing(name);
        return Of(call.Scope, stack.Id).FirstOrDefault(c => c.Name == name) ?? throw Missing(name);
    }

    public void Put(Scope scope, ChangeSetRecord changeSet) => table.Put(scope, changeSet.Id, (JsonObject)JsonSerializer.SerializeToNode(changeSet)!);

    public void Remove(Scope scope, string id) => table.Remove(scope, id);

    private IEnumerable<ChangeSetRecord> List(Scope scope) => table.List(scope).Select(d => d.Value.Deserialize<ChangeSetRecord>()!);

    private static AwsException Missing(string name) => new("ChangeSetNotFound", $"ChangeSet [{name}] does not exist", 404);
}
