using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MLOps.LocalCloud.Engine.Stacks;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudFormation;

/// <summary>The operations that make, change and remove stacks.</summary>
internal sealed partial class StackOperations(StackStore store, StackRequests requests, StackCommands commands) : IOperations
{
    public void Map(OperationMap map) => map
        .On("cloudformation", "CreateStack", CreateAsync)
        .On("cloudformation", "UpdateStack", UpdateAsync)
        .On("cloudformation", "DeleteStack", Delete)
        .On("cloudformation", "CancelUpdateStack", CancelUpdate)
        .On("cloudformation", "RollbackStack", RollBack)
        .On("cloudformation", "ContinueUpdateRollback", ContinueRollBack)
        .On("cloudformation", "UpdateTerminationProtection", Protect);

    /// <summary>Refuses what is no name for a stack.</summary>
    public static string CheckName(string name) => Name().IsMatch(name) ? name
        : throw StackErrors.Validation($"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]* and have length less than or equal to 128");

    private async Task<OperationAnswer> CreateAsync(OperationCall call)
    {
        var name = CheckName(call.Input.Required("StackName"));
        if (commands.Repeated(call.Scope, name, call.Operation, call.Input.Text("ClientRequestToken")) is { } earlier)
            return Answer(earlier);
        if (call.Input.Text("OnFailure") is not null && call.Input["DisableRollback"] is not null)
            throw StackErrors.Validation("Either DisableRollback or OnFailure can be specified, not both.");
        if (store.Find(call.Scope, name) is { } existing)
            throw new AwsException("AlreadyExistsException", $"Stack [{existing.Name}] already exists");
        var identity = StackCommands.NewIdentity(call.Scope, name);
        var template = await requests.TemplateAsync(call, null);
        var (input, _) = requests.Read(call, template, identity, null);
        return Answer(commands.Create(identity, input, Options(call) with
        {
            OnFailure = call.Input.Text("OnFailure") ?? (call.Input.Flag("DisableRollback") is true ? "DO_NOTHING" : "ROLLBACK"),
            TimeoutInMinutes = call.Input.Whole("TimeoutInMinutes"),
            TerminationProtection = call.Input.Flag("EnableTerminationProtection") ?? false,
        }, template.Description));
    }

    private async Task<OperationAnswer> UpdateAsync(OperationCall call)
    {
        var stack = store.Get(call.Scope, call.Input.Required("StackName"));
        if (commands.Repeated(call.Scope, stack.Id, call.Operation, call.Input.Text("ClientRequestToken")) is { } earlier)
            return Answer(earlier);
        var options = Options(call) with { OnFailure = call.Input.Flag("DisableRollback") is true ? "DO_NOTHING" : "ROLLBACK" };
        StackCommands.CheckUpdatable(stack, options.OnFailure == "DO_NOTHING");
        var template = await requests.TemplateAsync(call, stack);
        var (input, blueprint) = requests.Read(call, template, new StackIdentity(stack.Id, stack.Name, call.Scope), stack);
        if (!StackDifference.Exists(store, call.Scope, stack, input, blueprint))
            throw StackErrors.Validation("No updates are to be performed.");
        return Answer(commands.Update(call.Scope, stack.Id, input, options));
    }

    private JsonObject Delete(OperationCall call)
    {
        if (call.Input.Text("DeletionMode") is "FORCE_DELETE_STACK")
            throw StackErrors.NotOffered("the deletion mode FORCE_DELETE_STACK");
        var name = call.Input.Required("StackName");
        if (commands.Repeated(call.Scope, name, call.Operation, call.Input.Text("ClientRequestToken")) is null)
            commands.Delete(call.Scope, name, [.. call.Input.Texts("RetainResources")], call.Input.Text("RoleARN"), Options(call));
        return [];
    }

    private JsonObject CancelUpdate(OperationCall call)
    {
        commands.CancelUpdate(call.Scope, call.Input.Required("StackName"), Options(call));
        return [];
    }

    private OperationAnswer Answer(StackRecord stack) => new JsonObject { ["StackId"] = stack.Id, ["OperationId"] = stack.Operation?.Id };

    private JsonObject RollBack(OperationCall call) => Answer(commands.RollBack(call.Scope, call.Input.Required("StackName"), Options(call))).Output;

    private JsonObject ContinueRollBack(OperationCall call)
    {
        commands.ContinueRollBack(call.Scope, call.Input.Required("StackName"), [.. call.Input.Texts("ResourcesToSkip")], Options(call));
        return [];
    }

    private JsonObject Protect(OperationCall call) => new()
    {
        ["StackId"] = commands.Protect(call.Scope, call.Input.Required("StackName"), call.Input.Flag("EnableTerminationProtection") ?? false).Id,
    };

    private static StackOptions Options(OperationCall call) => new()
    {
        Principal = call.Principal, Token = call.Input.Text("ClientRequestToken"), RetainExceptOnCreate = call.Input.Flag("RetainExceptOnCreate") ?? false,
    };

    [GeneratedRegex("^[a-zA-Z][-a-zA-Z0-9]{0,127}$")]
    private static partial Regex Name();
}
