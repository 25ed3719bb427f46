using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks;

/// <summary>Writes down what happens to stacks and their resources, and announces it.</summary>
internal sealed class StackJournal(StackStore store, CloudEventBus bus, StackNotifier notifier, TimeProvider time)
{
    /// <summary>Stores a stack in its new state, with an event.</summary>
    public void Write(Scope scope, StackRecord stack)
    {
        store.Put(scope, stack);
        Event(scope, stack, stack.Name, stack.Id, "AWS::CloudFormation::Stack", stack.Status, stack.StatusReason, null);
        bus.Publish(new CloudEvent(scope, "aws.cloudformation", "CloudFormation Stack Status Change", new JsonObject
        {
            ["stack-id"] = stack.Id,
            ["status-details"] = new JsonObject { ["status"] = stack.Status, ["status-reason"] = stack.StatusReason ?? "" },
            ["client-request-token"] = stack.Operation?.Token ?? "",
        }, [stack.Id]));
    }

    /// <summary>Stores a resource in a new state, with an event.</summary>
    public StackResource Write(Scope scope, StackRecord stack, StackResource resource, string status, string? reason = null)
    {
        var written = resource with { Status = status, StatusReason = reason, Timestamp = time.GetUtcNow() };
        store.Put(scope, stack, written);
        Event(scope, stack, written.Id, written.Current.PhysicalId, written.Type, status, reason, written.Current.ForEvents);
        return written;
    }

    /// <summary>An event about a resource whose record does not change: of what it was before, for example.</summary>
    public void Event(Scope scope, StackRecord stack, string id, string? physicalId, string type, string status, string? reason, JsonObject? properties)
    {
        var now = time.GetUtcNow();
        var stackEvent = new JsonObject
        {
            ["StackId"] = stack.Id,
            ["EventId"] = properties is null ? Guid.NewGuid().ToString() : $"{id}-{status}-{now:yyyy-MM-ddTHH:mm:ss.fffZ}",
            ["StackName"] = stack.Name,
            ["OperationId"] = stack.Operation?.Id,
            ["LogicalResourceId"] = id,
            ["PhysicalResourceId"] = physicalId ?? "",
            ["ResourceType"] = type,
            ["Timestamp"] = now.ToEpoch(),
            ["ResourceStatus"] = status,
            ["ResourceStatusReason"] = reason,
            ["ResourceProperties"] = properties?.ToJsonString(),
            ["ClientRequestToken"] = stack.Operation?.Token,
        };
        store.AddEvent(scope, stack, stackEvent);
        notifier.Notify(scope, stack, stackEvent);
    }
}
