using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sqs;

/// <summary>Creates, finds, describes, changes, purges and deletes queues.</summary>
internal sealed partial class QueueOperations(
    QueueStore queues, QueueTags tags, MessageStore messages, QueueSignals signals, IOptions<LocalCloudOptions> options, TimeProvider time) : IOperations
{
    private static readonly TimeSpan PurgePause = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<long, DateTimeOffset> purged = new();

    public void Map(OperationMap map) => map
        .On("sqs", "CreateQueue", Create)
        .On("sqs", "GetQueueUrl", GetUrl)
        .On("sqs", "ListQueues", List)
        .On("sqs", "GetQueueAttributes", GetAttributes)
        .On("sqs", "SetQueueAttributes", SetAttributes)
        .On("sqs", "PurgeQueue", Purge)
        .On("sqs", "DeleteQueue", Delete);

    private JsonObject Create(OperationCall call)
    {
        var name = call.Input.Required("QueueName");
        if (name.EndsWith(".fifo", StringComparison.Ordinal))
            throw SqsErrors.Unsupported("The local cloud offers standard queues only.");
        if (!Names().IsMatch(name))
            throw SqsErrors.InvalidValue("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
        var attributes = QueueAttributes.Check(call.Input.Object("Attributes").Copy() ?? []);
        var (queue, added) = queues.GetOrAdd(call.Scope, name, attributes, time.GetUtcNow());
        if (!added && attributes.FirstOrDefault(a => queue.Attributes.Text(a.Key) != a.Value!.GetValue<string>()).Key is { } different)
            throw SqsErrors.NameExists(different);
        if (added && call.Input.Object("tags") is { } given)
            tags.Set(queue, given);
        return Url(call, queue);
    }

    private JsonObject GetUrl(OperationCall call)
    {
        var scope = call.Input.Text("QueueOwnerAWSAccountId") is { } owner ? call.Scope with { Account = owner } : call.Scope;
        return Url(call, queues.Find(scope, call.Input.Required("QueueName")) ?? throw SqsErrors.NoQueue());
    }

    private JsonObject List(OperationCall call)
    {
        var size = call.Input.Whole("MaxResults");
        var (page, next) = Paging.Take(queues.List(call.Scope, call.Input.Text("QueueNamePrefix") ?? ""), q => q.Name, call.Input.Text("NextToken"),
            size ?? 1000, () => SqsErrors.InvalidValue("Invalid or expired next token."));
        return new JsonObject
        {
            ["QueueUrls"] = page.Count > 0 ? page.Select(q => Address(call, q)).ToJson() : null, ["NextToken"] = size is null ? null : next,
        };
    }

    private JsonObject GetAttributes(OperationCall call)
    {
        var queue = queues.Require(call);
        var names = call.Input.Texts("AttributeNames").ToHashSet();
        var depth = messages.Depth(queue, time.GetUtcNow());
        var all = new JsonObject
        {
            ["QueueArn"] = queue.Arn,
            ["ApproximateNumberOfMessages"] = depth.Visible.ToString(),
            ["ApproximateNumberOfMessagesDelayed"] = depth.Delayed.ToString(),
            ["ApproximateNumberOfMessagesNotVisible"] = depth.InFlight.ToString(),
            ["CreatedTimestamp"] = queue.Created.ToUnixTimeSeconds().ToString(),
            ["LastModifiedTimestamp"] = queue.Modified.ToUnixTimeSeconds().ToString(),
            ["VisibilityTimeout"] = "30", ["MaximumMessageSize"] = "1048576", ["MessageRetentionPeriod"] = "345600",
            ["DelaySeconds"] = "0", ["ReceiveMessageWaitTimeSeconds"] = "0",
        };
        foreach (var (name, value) in queue.Attributes)
            all[name] = value.Copy();
        var chosen = all.Where(a => names.Contains("All") || names.Contains(a.Key)).Select(a => KeyValuePair.Create(a.Key, a.Value.Copy())).ToList();
        return chosen.Count == 0 ? [] : new JsonObject { ["Attributes"] = new JsonObject(chosen) };
    }

    private JsonObject SetAttributes(OperationCall call)
    {
        queues.SetAttributes(queues.Require(call), QueueAttributes.Check(call.Input.Object("Attributes") ?? []), time.GetUtcNow());
        return [];
    }

    private JsonObject Purge(OperationCall call)
    {
        var (queue, now) = (queues.Require(call), time.GetUtcNow());
        if (purged.TryGetValue(queue.Id, out var last) && now - last < PurgePause)
            throw new AwsException("PurgeQueueInProgress", $"Only one PurgeQueue operation on {queue.Name} is allowed every 60 seconds.", 403) { QueryCode = "AWS.SimpleQueueService.PurgeQueueInProgress" };
        purged[queue.Id] = now;
        messages.Purge(queue);
        return [];
    }

    private JsonObject Delete(OperationCall call)
    {
        var queue = queues.Require(call);
        queues.Remove(queue);
        tags.Remove(queue);
        signals.Pulse(queue.Id);
        return [];
    }

    private JsonObject Url(OperationCall call, Queue queue) => new() { ["QueueUrl"] = Address(call, queue) };

    private string Address(OperationCall call, Queue queue)
    {
        var origin = call.BaseAddress.Length > 0 ? call.BaseAddress : $"http://127.0.0.1:{options.Value.Port}";
        return $"{origin}/{queue.Scope.Account}/{queue.Name}";
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,80}$")]
    private static partial Regex Names();
}
