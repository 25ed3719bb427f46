using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sqs;

/// <summary>A queue; its attributes are texts by their name, as the API has them.</summary>
internal sealed record Queue(long Id, Scope Scope, string Name, DateTimeOffset Created, DateTimeOffset Modified, JsonObject Attributes)
{
    public string Arn => Scope.Arn("sqs", Name);

    public TimeSpan VisibilityTimeout => Seconds("VisibilityTimeout", 30);

    public TimeSpan Delay => Seconds("DelaySeconds", 0);

    public TimeSpan WaitTime => Seconds("ReceiveMessageWaitTimeSeconds", 0);

    public TimeSpan Retention => Seconds("MessageRetentionPeriod", 345_600);

    public int MaximumMessageSize => int.Parse(Attributes.Text("MaximumMessageSize") ?? "1048576");

    /// <summary>Where messages go that were received too often, and how often that is.</summary>
    public (string Arn, int MaxReceiveCount)? Redrive => Attributes.Text("RedrivePolicy") is { Length: > 0 } policy && JsonNode.Parse(policy) is JsonObject o
        ? (o.Required("deadLetterTargetArn"), int.Parse(o["maxReceiveCount"]!.ToString())) : null;

    private TimeSpan Seconds(string attribute, int otherwise) =>
        TimeSpan.FromSeconds(Attributes.Text(attribute) is { } text ? int.Parse(text) : otherwise);
}
