using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.Sns;

/// <summary>Topics and subscriptions by their ARNs.</summary>
internal sealed class TopicStore(DocumentStore documents)
{
    private readonly DocumentTable topics = documents.Table("sns/topic");
    private readonly DocumentTable subscriptions = documents.Table("sns/subscription");

    /// <summary>The topic: <c>TopicArn</c> and <c>Attributes</c>.</summary>
    /// <exception cref="AwsException">InvalidParameter or NotFound.</exception>
    public JsonObject RequireTopic(Scope scope, string arn) => IsTopicArn(arn)
        ? topics.Find(scope, arn) ?? throw new AwsException("NotFound", "Topic does not exist", 404)
        : throw Invalid($"TopicArn Reason: {arn} is not a topic ARN.");

    public JsonObject? FindTopic(Scope scope, string arn) => topics.Find(scope, arn);

    public void PutTopic(Scope scope, string arn, JsonObject topic) => topics.Put(scope, arn, topic);

    public void UpdateTopic(Scope scope, string arn, Action<JsonObject> change) => topics.Update(scope, arn, change);

    public IEnumerable<JsonObject> ListTopics(Scope scope) => topics.List(scope).Select(d => d.Value);

    /// <summary>Removes a topic and its subscriptions.</summary>
    public void RemoveTopic(Scope scope, string arn)
    {
        foreach (var subscription in ListSubscriptions(scope, arn).ToList())
            subscriptions.Remove(scope, subscription.Required("SubscriptionArn"));
        topics.Remove(scope, arn);
    }

    public JsonObject? FindSubscription(Scope scope, string arn) => subscriptions.Find(scope, arn);

    /// <exception cref="AwsException">NotFound.</exception>
    public JsonObject RequireSubscription(Scope scope, string arn) =>
        subscriptions.Find(scope, arn) ?? throw new AwsException("NotFound", "Subscription does not exist", 404);

    public void PutSubscription(Scope scope, JsonObject subscription) => subscriptions.Put(scope, subscription.Required("SubscriptionArn"), subscription);

    public void UpdateSubscription(Scope scope, string arn, Action<JsonObject> change) => subscriptions.Update(scope, arn, change);

    public void RemoveSubscription(Scope scope, string arn) => subscriptions.Remove(scope, arn);

    /// <summary>The subscriptions of a topic, or of all where none is named.</summary>
    public IEnumerable<JsonObject> ListSubscriptions(Scope scope, string? topic) =>
        subscriptions.List(scope).Select(d => d.Value).Where(s => topic is null || s.Text("TopicArn") == topic);

    public static AwsException Invalid(string what) => new("InvalidParameter", "Invalid parameter: " + what);

    private static bool IsTopicArn(string arn) => arn.Split(':') is ["arn", _, "sns", _, _, { Length: > 0 }];
}
