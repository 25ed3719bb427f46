using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Functions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Lambda;

/// <summary>Who may invoke a function: its resource policy, a statement a permission.</summary>
internal sealed class FunctionPolicyOperations(FunctionStore store) : IOperations
{
    public void Map(OperationMap map) => map
        .On("lambda", "AddPermission", Add)
        .On("lambda", "RemovePermission", Remove)
        .On("lambda", "GetPolicy", Get);

    private JsonObject Add(OperationCall call)
    {
        var input = call.Input;
        var name = FunctionNames.Of(call);
        var principal = input.Required("Principal");
        var statement = new JsonObject
        {
            ["Sid"] = input.Required("StatementId"),
            ["Effect"] = "Allow",
            ["Principal"] = principal == "*" ? "*"
                : principal.EndsWith(".amazonaws.com", StringComparison.Ordinal) ? new JsonObject { ["Service"] = principal }
                : new JsonObject { ["AWS"] = principal.Length == 12 && principal.All(char.IsAsciiDigit) ? $"arn:aws:iam::{principal}:root" : principal },
            ["Action"] = input.Required("Action"),
            ["Resource"] = FunctionNames.Arn(call.Scope, name),
        };
        var condition = new JsonObject();
        if (input.Text("SourceArn") is { } arn)
            condition["ArnLike"] = new JsonObject { ["AWS:SourceArn"] = arn };
        if (input.Text("SourceAccount") is { } account)
            condition["StringEquals"] = new JsonObject { ["AWS:SourceAccount"] = account };
        if (condition.Count > 0)
            statement["Condition"] = condition;
        Change(call, name, document =>
        {
            if (document.Objects("policy").Any(s => s.Text("Sid") == statement.Text("Sid")))
                throw new AwsException("ResourceConflictException",
                    $"The statement id ({statement.Text("Sid")}) provided already exists. Please provide a new statement id, or remove the existing statement.", 409) { Members = { ["Type"] = "User" } };
            ((JsonArray)document["policy"]!).Add(statement.DeepClone());
        });
        return new JsonObject { ["Statement"] = statement.ToJsonString() };
    }

    private JsonObject Remove(OperationCall call)
    {
        var id = call.Input.Required("StatementId");
        Change(call, FunctionNames.Of(call), document =>
        {
            if (((JsonArray)document["policy"]!).RemoveAll(s => s!["Sid"]!.GetValue<string>() == id) == 0)
                throw Missing($"Statement {id} is not found in resource policy.");
        });
        return [];
    }

    private JsonObject Get(OperationCall call)
    {
        var name = FunctionNames.Of(call);
        var document = store.Functions.Find(call.Scope, name) ?? throw FunctionNames.NotFound(FunctionNames.Arn(call.Scope, name));
        if (!document.Objects("policy").Any())
            throw Missing("The resource you requested does not exist.");
        var policy = new JsonObject { ["Version"] = "2012-10-17", ["Id"] = "default", ["Statement"] = document["policy"].Copy() };
        return new JsonObject { ["Policy"] = policy.ToJsonString(), ["RevisionId"] = document.Object("configuration")!.Text("RevisionId") };
    }

    private void Change(OperationCall call, string name, Action<JsonObject> change)
    {
        if (store.Functions.Update(call.Scope, name, change) is null)
            throw FunctionNames.NotFound(FunctionNames.Arn(call.Scope, name));
    }

    private static AwsException Missing(string message) => new("ResourceNotFoundException", message, 404) { Members = { ["Type"] = "User" } };
}
