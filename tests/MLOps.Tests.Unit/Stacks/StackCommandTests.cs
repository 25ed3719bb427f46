using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Unit.Stacks;

public sealed class StackCommandTests
{
    private const string Queue = "Resources: { Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: orders } } }";

    private const string TwoQueues = """
        Resources:
          Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: orders, DelaySeconds: 5 } }
          Second: { Type: AWS::SQS::Queue, Properties: { QueueName: second }, DependsOn: Queue }
        """;

    private static readonly Func<string, JsonObject, AwsException?> NoSecond = (operation, input) =>
        operation == "CreateQueue" && input.Text("QueueName") == "second" ? new AwsException("OverLimit", "No second queue.") : null;

    private static JsonObject Named(string name = "shop") => new() { ["StackName"] = name };

    private static async Task RefusedAsync(Func<Task> call, string message, string code = "ValidationError") =>
        (await call.Should().ThrowAsync<AwsException>()).WithMessage(message).Which.Code.Should().Be(code);

    [Fact]
    public async Task Create_NameTakenByAnother_FailsAndLeavesItAlone()
    {
        await using var bench = await new StackBench().StartAsync();
        bench.Cloud.Things[("Queue", "orders")] = [];
        await bench.CreateAsync(Queue);
        (await bench.SettledAsync()).Should().Be("ROLLBACK_COMPLETE");
        bench.Cloud.Things.Should().ContainKey(("Queue", "orders"));
        (await bench.RawEventsAsync()).Should().Contain(e => e.Text("ResourceStatusReason") == "orders already exists");
        await RefusedAsync(() => bench.UpdateAsync(TwoQueues), "Stack:arn:*is in ROLLBACK_COMPLETE state and can not be updated.");
    }

    [Fact]
    public async Task Create_OnFailure_DoesAsAsked()
    {
        await using var bench = await new StackBench(new FakeCloud { Refuses = NoSecond }).StartAsync();
        await bench.CreateAsync(TwoQueues, new JsonObject { ["OnFailure"] = "DO_NOTHING" });
        (await bench.SettledAsync()).Should().Be("CREATE_FAILED");
        bench.Cloud.Names("Queue").Should().Equal("orders");
        (await bench.RawEventsAsync()).Should().Contain(e => e.Text("LogicalResourceId") == "Second"
            && e.Text("ResourceStatusReason") == "Resource handler returned message: \"No second queue.\" (HandlerErrorCode: OverLimit)");
        await bench.CallAsync("RollbackStack", Named());
        (await bench.SettledAsync()).Should().Be("ROLLBACK_COMPLETE");
        bench.Cloud.Things.Should().BeEmpty();

        var id = (await bench.CreateAsync(TwoQueues, new JsonObject { ["OnFailure"] = "DELETE" }, "other")).Required("StackId");
        (await bench.SettledAsync(id)).Should().Be("DELETE_COMPLETE");
    }

    [Fact]
    public async Task Update_RollbackDisabled_WaitsForTheNextUpdateOrRollback()
    {
        await using var bench = await new StackBench().StartAsync();
        await bench.CreateAsync(Queue);
        await bench.SettledAsync();
        bench.Cloud.Refuses = NoSecond;
        await bench.UpdateAsync(TwoQueues, new JsonObject { ["DisableRollback"] = true });
        (await bench.SettledAsync()).Should().Be("UPDATE_FAILED");
        await RefusedAsync(() => bench.UpdateAsync(Queue), "This stack is currently in a non-terminal [UPDATE_FAILED] state*");

        bench.Cloud.Refuses = (_, _) => null;
        await bench.UpdateAsync(TwoQueues, new JsonObject { ["DisableRollback"] = true });
        (await bench.SettledAsync()).Should().Be("UPDATE_COMPLETE");
        bench.Cloud.Names("Queue").Should().BeEquivalentTo("orders", "second");
    }

    [Fact]
    public async Task RollbackStack_AfterSeveralFailedUpdates_GoesBackToTheLastGoodState()
    {
        await using var bench = await new StackBench().StartAsync();
        await bench.CreateAsync(Queue);
        await bench.SettledAsync();
        bench.Cloud.Refuses = NoSecond;
        const string Third = "\n  Third: { Type: AWS::SQS::Queue, Properties: { QueueName: third } }";
        foreach (var template in (string[])[TwoQueues + Third, TwoQueues.Replace("5", "9", StringComparison.Ordinal) + Third])
        {
            await bench.UpdateAsync(template, new JsonObject { ["DisableRollback"] = true });
            (await bench.SettledAsync()).Should().Be("UPDATE_FAILED");
        }
        await bench.CallAsync("RollbackStack", Named());
        (await bench.SettledAsync()).Should().Be("UPDATE_ROLLBACK_COMPLETE");
        bench.Cloud.Names("Queue").Should().Equal("orders");
        bench.Cloud.Things[("Queue", "orders")].Text("DelaySeconds").Should().Be("0");
    }

    [Fact]
    public async Task Update_RollbackFails_CanBeContinued()
    {
        await using var bench = await new StackBench().StartAsync();
        await bench.CreateAsync(Queue);
        await bench.SettledAsync();
        var set = 0;
        bench.Cloud.Refuses = (operation, input) => NoSecond(operation, input)
            ?? (operation == "SetQueueAttributes" && ++set > 1 ? new AwsException("OverLimit", "Not now.") : null);
        await bench.UpdateAsync(TwoQueues);
        (await bench.SettledAsync()).Should().Be("UPDATE_ROLLBACK_FAILED");
        bench.Cloud.Refuses = (_, _) => null;
        await bench.CallAsync("ContinueUpdateRollback", Named());
        (await bench.SettledAsync()).Should().Be("UPDATE_ROLLBACK_COMPLETE");
        bench.Cloud.Things[("Queue", "orders")].Text("DelaySeconds").Should().Be("0");
    }

    [Fact]
    public async Task Operation_UnderWay_CanBeCancelledOrReplacedByDelete()
    {
        await using var bench = await new StackBench().StartAsync();
        var id = (await bench.CreateAsync(Queue)).Required("StackId");
        await bench.SettledAsync();
        bench.Cloud.HangsUntilCancelled = "second";
        await bench.UpdateAsync(TwoQueues);
        await bench.Cloud.Hanging;
        await RefusedAsync(() => bench.UpdateAsync(Queue), "Stack:arn:*is in UPDATE_IN_PROGRESS state and can not be updated.");
        await bench.CallAsync("CancelUpdateStack", Named());
        (await bench.SettledAsync()).Should().Be("UPDATE_ROLLBACK_COMPLETE");
        bench.Cloud.Things[("Queue", "orders")].Text("DelaySeconds").Should().Be("0");
        await bench.CallAsync("DeleteStack", Named());
        await bench.SettledAsync(id);

        var other = (await bench.CreateAsync(TwoQueues, name: "other")).Required("StackId");
        await bench.Cloud.Hanging;
        await bench.CallAsync("DeleteStack", Named("other"));
        (await bench.SettledAsync(other)).Should().Be("DELETE_COMPLETE");
        bench.Cloud.Things.Should().BeEmpty();
    }

    [Fact]
    public async Task Create_OverItsTime_IsRolledBack()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var bench = await new StackBench(new FakeCloud { HangsUntilCancelled = "second" }, time: time).StartAsync();
        await bench.CreateAsync(TwoQueues, new JsonObject { ["TimeoutInMinutes"] = 5 });
        await bench.Cloud.Hanging;
        time.Advance(TimeSpan.FromMinutes(6));
        (await bench.SettledAsync()).Should().Be("ROLLBACK_COMPLETE");
        bench.Cloud.Things.Should().BeEmpty();
        (await bench.RawEventsAsync()).Should().Contain(e => e.Text("ResourceStatusReason") == "Stack creation time exceeded the specified timeout. Rollback requested by user.");
    }

    [Fact]
    public async Task Policies_Retain_KeepsWhatLeavesTheStack()
    {
        await using var bench = await new StackBench().StartAsync();
        var retained = TwoQueues.Replace("DependsOn: Queue", "DependsOn: Queue, DeletionPolicy: Retain, UpdateReplacePolicy: Retain", StringComparison.Ordinal);
        var id = (await bench.CreateAsync(retained)).Required("StackId");
        await bench.SettledAsync();
        await bench.UpdateAsync(retained.Replace("QueueName: second", "QueueName: third", StringComparison.Ordinal));
        await bench.SettledAsync();
        bench.Cloud.Names("Queue").Should().BeEquivalentTo("orders", "second", "third");
        await bench.CallAsync("DeleteStack", Named());
        (await bench.SettledAsync(id)).Should().Be("DELETE_COMPLETE");
        bench.Cloud.Names("Queue").Should().BeEquivalentTo("second", "third");
        (await bench.EventsAsync(id)).Should().Contain("Second DELETE_SKIPPED");
    }

    [Fact]
    public async Task Exports_InUse_CannotBeChangedOrRemoved()
    {
        await using var bench = await new StackBench().StartAsync();
        var exporting = Queue + "\nOutputs: { Name: { Value: !GetAtt Queue.QueueName, Export: { Name: queue } } }";
        await bench.CreateAsync(exporting);
        await bench.SettledAsync();
        await bench.CreateAsync("Resources: { Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: !ImportValue queue } } }", name: "user");
        await bench.SettledAsync("user");
        (await bench.CallAsync("ListImports", new JsonObject { ["ExportName"] = "queue" })).Texts("Imports").Should().Equal("user");

        await bench.UpdateAsync(exporting.Replace("orders", "others", StringComparison.Ordinal));
        (await bench.SettledAsync()).Should().Be("UPDATE_ROLLBACK_COMPLETE");
        (await bench.RawEventsAsync()).Should().Contain(e => e.Text("ResourceStatusReason") == "Export queue cannot be updated as it is in use by user");
        await bench.CallAsync("DeleteStack", Named());
        (await bench.SettledAsync()).Should().Be("DELETE_FAILED");
        bench.Cloud.Names("Queue").Should().Equal("orders");
        await bench.CreateAsync(exporting.Replace("orders", "third", StringComparison.Ordinal), name: "rival");
        (await bench.SettledAsync("rival")).Should().Be("ROLLBACK_COMPLETE");
    }

    [Fact]
    public async Task Calls_WithTokensProtectionAndCapabilities_AreHeldToThem()
    {
        await using var bench = await new StackBench().StartAsync();
        var token = new JsonObject { ["ClientRequestToken"] = "one", ["EnableTerminationProtection"] = true };
        var id = (await bench.CreateAsync(Queue, token)).Required("StackId");
        await bench.SettledAsync();
        (await bench.CreateAsync(Queue, token)).Text("StackId").Should().Be(id);
        await RefusedAsync(() => bench.CreateAsync(Queue), "Stack [shop] already exists", "AlreadyExistsException");
        await RefusedAsync(() => bench.UpdateAsync(TwoQueues, token), "*one", "TokenAlreadyExistsException");
        await RefusedAsync(() => bench.CallAsync("DeleteStack", Named()), "Stack [shop] cannot be deleted while TerminationProtection is enabled");

        const string Role = "Resources: { R: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: {} } } }";
        await RefusedAsync(() => bench.CreateAsync(Role, name: "role"), "Requires capabilities : [CAPABILITY_IAM]", "InsufficientCapabilitiesException");
        await RefusedAsync(() => bench.CreateAsync(Role.Replace("AssumeRole", "RoleName: x, AssumeRole", StringComparison.Ordinal),
            new JsonObject { ["Capabilities"] = new JsonArray("CAPABILITY_IAM") }, "role"), "Requires capabilities : [CAPABILITY_NAMED_IAM]", "InsufficientCapabilitiesException");
        await RefusedAsync(() => bench.CreateAsync(Queue, name: "9x"), "*'stackName' failed to satisfy constraint*");
        await RefusedAsync(() => bench.CreateAsync(Queue, new JsonObject { ["StackPolicyBody"] = "{}" }, "other"), "The local cloud does not offer StackPolicyBody of CreateStack.");
        await RefusedAsync(() => bench.UpdateAsync("Resources: { Queue: { Type: AWS::SNS::Topic } }"), "Update of resource type is not permitted.*[Queue]");
    }

    [Fact]
    public async Task ChangeSets_CreateAndUpdate_ShowWhatWouldChangeAndDoIt()
    {
        await using var bench = await new StackBench().StartAsync();
        var first = new JsonObject { ["StackName"] = "shop", ["ChangeSetName"] = "one", ["ChangeSetType"] = "CREATE", ["TemplateBody"] = Queue };
        await bench.CallAsync("CreateChangeSet", first);
        (await bench.StackAsync()).Text("StackStatus").Should().Be("REVIEW_IN_PROGRESS");
        await bench.CallAsync("ExecuteChangeSet", new JsonObject { ["StackName"] = "shop", ["ChangeSetName"] = "one" });
        (await bench.SettledAsync()).Should().Be("CREATE_COMPLETE");

        var next = new JsonObject
        {
            ["StackName"] = "shop", ["ChangeSetName"] = "two", ["TemplateBody"] = TwoQueues.Replace("QueueName: orders, ", "QueueName: renamed, ", StringComparison.Ordinal),
        };
        var arn = (await bench.CallAsync("CreateChangeSet", next)).Text("Id");
        var described = await bench.CallAsync("DescribeChangeSet", new JsonObject { ["ChangeSetName"] = arn });
        described.Text("ExecutionStatus").Should().Be("AVAILABLE");
        described.Objects("Changes").Select(c => c.Object("ResourceChange")!).Select(c => $"{c.Text("Action")} {c.Text("LogicalResourceId")} {c.Text("Replacement")}")
            .Should().Equal("Modify Queue True", "Add Second ");
        await bench.CallAsync("ExecuteChangeSet", new JsonObject { ["ChangeSetName"] = arn });
        (await bench.SettledAsync()).Should().Be("UPDATE_COMPLETE");
        bench.Cloud.Names("Queue").Should().BeEquivalentTo("renamed", "second");

        next["ChangeSetName"] = "three";
        var none = (await bench.CallAsync("CreateChangeSet", next)).Text("Id");
        (await bench.CallAsync("DescribeChangeSet", new JsonObject { ["ChangeSetName"] = none })).Text("StatusReason").Should().StartWith("The submitted information didn't contain changes.");
        await RefusedAsync(() => bench.CallAsync("ExecuteChangeSet", new JsonObject { ["ChangeSetName"] = none }), "ChangeSet*[UNAVAILABLE]", "InvalidChangeSetStatus");
    }
}
