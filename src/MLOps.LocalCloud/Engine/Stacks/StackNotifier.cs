using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks;

/// <summary>Sends the events of stacks with NotificationARNs to their topics, in order and off the stack's path.</summary>
internal sealed class StackNotifier(ICloudCaller caller, ILogger<StackNotifier> logger) : BackgroundService
{
    private readonly Channel<(Scope Scope, string Topic, string Message)> queue =
        Channel.CreateBounded<(Scope, string, string)>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest });

    public void Notify(Scope scope, StackRecord stack, JsonObject stackEvent)
    {
        foreach (var topic in stack.Input.NotificationArns)
            queue.Writer.TryWrite((scope, topic, Message(scope, stackEvent)));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (scope, topic, message) in queue.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await caller.CallAsync(scope, "sns", "Publish",
                    new JsonObject { ["TopicArn"] = topic, ["Subject"] = "AWS CloudFormation Notification", ["Message"] = message }, stoppingToken);
            }
            catch (AwsException e)
            {
                logger.LogWarning("A stack's event could not be sent to {Topic}: {Message}", topic, e.Message);
            }
        }
    }

    private static string Message(Scope scope, JsonObject stackEvent)
    {
        var lines = new StringBuilder();
        foreach (var name in (string[])["StackId", "EventId", "LogicalResourceId", "PhysicalResourceId", "ResourceProperties", "ResourceStatus", "ResourceStatusReason", "ResourceType", "StackName", "ClientRequestToken"])
            lines.Append(name).Append("='").Append(stackEvent.Text(name)).Append("'\n");
        return lines.Append("Namespace='").Append(scope.Account).Append("'\n").ToString();
    }
}
