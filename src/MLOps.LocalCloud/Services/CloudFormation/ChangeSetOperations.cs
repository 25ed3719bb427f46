using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Engine.Stacks.Templates;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudFormation;

/// <summary>Change sets: what <c>aws cloudformation deploy</c> works with. They are worked out while the call lasts.</summary>
internal sealed class ChangeSetOperations(
    StackStore stacks, ChangeSetStore changeSets, StackRequests requests, StackCommands commands, StackJournal journal, ResourceTypes types, StackEngine engine,
    TimeProvider time) : IOperations
{
    private static readonly TimeSpan Head = TimeSpan.FromSeconds(1);
    private const string NoChanges = "The submitted information didn't contain changes. Submit different information to create a change set.";

    public void Map(OperationMap map) => map
        .On("cloudformation", "CreateChangeSet", CreateAsync)
        .On("cloudformation", "DescribeChangeSet", Describe)
        .On("cloudformation", "ListChangeSets", List)
        .On("cloudformation", "ExecuteChangeSet", ExecuteAsync)
        .On("cloudformation", "DeleteChangeSet", Delete);

    private async Task<OperationAnswer> CreateAsync(OperationCall call)
    {
        var (stackName, name) = (call.Input.Required("StackName"), call.Input.Required("ChangeSetName"));
        var creates = call.Input.Text("ChangeSetType") switch
        {
            "CREATE" => true,
            null or "UPDATE" => false,
            var other => throw StackErrors.NotOffered($"change sets of type {other}"),
        };
        var stack = stacks.Find(call.Scope, stackName);
        if (stack is not null && changeSets.Of(call.Scope, stack.Id).FirstOrDefault(c => c.Name == name) is { } taken)
            return call.Input.Text("ClientToken") is { } token && taken.Token == token ? Answer(taken)
                : throw new AwsException("AlreadyExistsException", $"ChangeSet [{name}] already exists");
        CheckStack(stack, stackName, creates, name, call.Input.Text("OnStackFailure"));
        var identity = stack is null ? StackCommands.NewIdentity(call.Scope, StackOperations.CheckName(stackName)) : new StackIdentity(stack.Id, stack.Name, call.Scope);
        var template = await requests.TemplateAsync(call, creates ? null : stack);
        var (input, blueprint) = requests.Read(call, template, identity, creates ? null : stack);
        return Answer(Store(call, identity, name, creates, template, input, blueprint));
    }

    private ChangeSetRecord Store(OperationCall call, StackIdentity identity, string name, bool creates, Template template, StackInput input, Blueprint blueprint)
    {
        lock (stacks.Gate)
        {
            var stack = stacks.Find(call.Scope, identity.Id);
            if (stack is null && stacks.Find(call.Scope, identity.Name) is not null)
                throw new AwsException("AlreadyExistsException", $"Stack [{identity.Name}] already exists and cannot be created again with the changeSet [{name}].");
            if (stack is null)
                journal.Write(call.Scope, stack = new StackRecord
                {
                    Id = identity.Id, Name = identity.Name, Status = StackStatus.ReviewInProgress, StatusReason = "User Initiated",
                    Description = template.Description, Input = new StackInput { Template = "" }, Created = time.GetUtcNow(),
                });
            var changes = StackDifference.Changes(stacks, call.Scope, stack, blueprint);
            var differs = creates || StackDifference.Exists(stacks, call.Scope, stack, input, blueprint);
            var changeSet = new ChangeSetRecord
            {
                Id = call.Scope.Arn("cloudformation", $"changeSet/{name}/{Guid.NewGuid()}"),
                Name = name,
                StackId = identity.Id,
                StackName = identity.Name,
                Description = call.Input.Text("Description"),
                Creates = creates,
                Input = input,
                Created = time.GetUtcNow(),
                Status = differs ? "CREATE_COMPLETE" : "FAILED",
                StatusReason = differs ? null : NoChanges,
                Changes = ChangeSetShapes.Changes(changes, types),
                OnStackFailure = call.Input.Text("OnStackFailure"),
                Token = call.Input.Text("ClientToken"),
            };
            changeSets.Put(call.Scope, changeSet);
            return changeSet;
        }
    }

    private JsonObject Describe(OperationCall call)
    {
        var changeSet = changeSets.Get(call);
        var described = call.Page("Changes", changeSet.Changes.Select(c => c!.DeepClone()));
        foreach (var (member, value) in ChangeSetShapes.Summary(changeSet, stacks.Find(call.Scope, changeSet.StackId)))
            described[member] = value?.DeepClone();
        described["Parameters"] = StackShapes.Parameters(changeSet.Input);
        described["NotificationARNs"] = StackShapes.Texts(changeSet.Input.NotificationArns);
        described["RollbackConfiguration"] = new JsonObject();
        described["Capabilities"] = StackShapes.Texts(changeSet.Input.Capabilities);
        described["Tags"] = StackShapes.Tags(changeSet.Input);
        described["OnStackFailure"] = changeSet.OnStackFailure;
        return described;
    }

    private JsonObject List(OperationCall call)
    {
        var stack = stacks.Get(call.Scope, call.Input.Required("StackName"));
        return call.Page("Summaries", changeSets.Of(call.Scope, stack.Id).Reverse().Select(c => ChangeSetShapes.Summary(c, stack)));
    }

    private async Task<OperationAnswer> ExecuteAsync(OperationCall call)
    {
        var stack = Execute(call);
        // Clients look at once and then every 30 seconds: what is quick should be done by their first look.
        await Task.WhenAny(engine.IdleAsync(stack), Task.Delay(Head, time, call.Cancelled));
        return OperationAnswer.Empty;
    }

    private string Execute(OperationCall call)
    {
        lock (stacks.Gate)
        {
            var changeSet = changeSets.Get(call);
            var stack = stacks.Find(call.Scope, changeSet.StackId);
            var token = call.Input.Text("ClientRequestToken");
            if (changeSet.Executed && token is not null && stack?.LastToken == token)
                return changeSet.StackId;
            var status = ChangeSetShapes.ExecutionStatus(changeSet, stack);
            if (status != "AVAILABLE")
                throw new AwsException("InvalidChangeSetStatus", $"ChangeSet [{changeSet.Id}] cannot be executed in its current execution status of [{status}]");
            var options = new StackOptions
            {
                Principal = call.Principal,
                Token = token,
                ChangeSetId = changeSet.Id,
                OnFailure = call.Input.Flag("DisableRollback") is true ? "DO_NOTHING" : changeSet.OnStackFailure ?? "ROLLBACK",
                RetainExceptOnCreate = call.Input.Flag("RetainExceptOnCreate") ?? false,
            };
            if (changeSet.Creates)
                commands.Create(new StackIdentity(stack!.Id, stack.Name, call.Scope), changeSet.Input, options, stack.Description);
            else
                commands.Update(call.Scope, stack!.Id, changeSet.Input, options);
            changeSets.Put(call.Scope, changeSet with { Executed = true });
            // What was worked out against the stack as it was is void.
            foreach (var other in changeSets.Of(call.Scope, stack.Id).Where(c => !c.Executed).ToList())
                changeSets.Remove(call.Scope, other.Id);
            return stack.Id;
        }
    }

    private JsonObject Delete(OperationCall call)
    {
        var changeSet = changeSets.Get(call);
        if (changeSet.Executed)
            throw new AwsException("InvalidChangeSetStatus", $"ChangeSet [{changeSet.Id}] cannot be deleted in its current execution status of [EXECUTE_COMPLETE]");
        changeSets.Remove(call.Scope, changeSet.Id);
        return [];
    }

    private static void CheckStack(StackRecord? stack, string stackName, bool creates, string name, string? onFailure)
    {
        if (creates && stack is not null && stack.Status != StackStatus.ReviewInProgress)
            throw new AwsException("AlreadyExistsException", $"Stack [{stackName}] already exists and cannot be created again with the changeSet [{name}].");
        if (creates)
            return;
        if (stack is null || stack.IsDeleted)
            throw StackErrors.Validation($"Stack [{stackName}] does not exist");
        if (onFailure == "DELETE")
            throw StackErrors.Validation("OnStackFailure DELETE is only valid for change sets that create a stack.");
        StackCommands.CheckUpdatable(stack, disableRollback: true);
    }

    private static OperationAnswer Answer(ChangeSetRecord changeSet) => new JsonObject { ["Id"] = changeSet.Id, ["StackId"] = changeSet.StackId };
}
