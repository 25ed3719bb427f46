using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sqs;

/// <summary>Sends and deletes messages, and changes how long they stay hidden.</summary>
internal sealed class MessageOperations(QueueStore queues, MessageStore messages, TimeProvider time) : IOperations
{
    private const int LongestVisibility = 43_200;

    public void Map(OperationMap map) => map
        .On("sqs", "SendMessage", call => Send(call.Scope, queues.Require(call), call.Input))
        .On("sqs", "DeleteMessage", call => Delete(queues.Require(call), call.Input))
        .On("sqs", "DeleteMessageBatch", call => Batch(call, Delete))
        .On("sqs", "ChangeMessageVisibility", call => ChangeVisibility(queues.Require(call), call.Input))
        .On("sqs", "SendMessageBatch", call => Batch(call, (queue, entry) => Send(call.Scope, queue, entry)))
        .On("sqs", "ChangeMessageVisibilityBatch", call => Batch(call, ChangeVisibility));

#pragma warning disable CA5351 // the API prescribes MD5; it guards against accidents only
    public static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    private JsonObject Send(Scope scope, Queue queue, JsonObject input)
    {
        var (body, attributes) = (input.Required("MessageBody"), input.Object("MessageAttributes") ?? []);
        if (body.Length == 0)
            throw new AwsException("MissingParameter", "The request must contain the parameter MessageBody.");
        if (input.ContainsKey("MessageDeduplicationId"))
            throw SqsErrors.InvalidValue("Value for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.");
        if (body.Any(c => c < ' ' && c is not ('\t' or '\n' or '\r')) || body.AsSpan().ContainsAny('\uFFFE', '\uFFFF'))
            throw new AwsException("InvalidMessageContents", "The message contains characters outside the allowed set.");
        MessageAttributes.Check(attributes);
        if (Encoding.UTF8.GetByteCount(body) + MessageAttributes.Size(attributes) > queue.MaximumMessageSize)
            throw SqsErrors.InvalidValue($"One or more parameters are invalid. Reason: Message must be shorter than {queue.MaximumMessageSize} bytes.");
        var delay = input.Whole("DelaySeconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : queue.Delay;
        if (delay.TotalSeconds is < 0 or > 900)
            throw SqsErrors.InvalidValue($"Value {delay.TotalSeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.");
        var sent = input.Object("MessageSystemAttributes") ?? [];
        var system = new JsonObject { ["SenderId"] = scope.Account };
        if (sent.Object("AWSTraceHeader")?.Text("StringValue") is { } trace)
            system["AWSTraceHeader"] = trace;
        if (input.Text("MessageGroupId") is { } group)
            system["MessageGroupId"] = group;
        var id = Guid.NewGuid().ToString();
        messages.Send(queue, id, body, attributes, system, time.GetUtcNow(), delay);
        return new JsonObject
        {
            ["MessageId"] = id, ["MD5OfMessageBody"] = Md5(body),
            ["MD5OfMessageAttributes"] = MessageAttributes.Md5(attributes), ["MD5OfMessageSystemAttributes"] = MessageAttributes.Md5(sent),
        };
    }

    private JsonObject Delete(Queue queue, JsonObject input)
    {
        messages.Delete(queue, Receipt.Parse(input.Required("ReceiptHandle")));
        return [];
    }

    private JsonObject ChangeVisibility(Queue queue, JsonObject input)
    {
        var receipt = Receipt.Parse(input.Required("ReceiptHandle"));
        var seconds = input.Whole("VisibilityTimeout") ?? 0;
        if (seconds is < 0 or > LongestVisibility)
            throw SqsErrors.InvalidValue($"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and {LongestVisibility}.");
        return messages.Hide(queue, receipt, TimeSpan.FromSeconds(seconds), time.GetUtcNow()) ? []
            : throw SqsErrors.Prefixed("MessageNotInflight", "The message referred to is not in flight.");
    }

    /// <summary>Up to ten calls in one; each succeeds or fails for itself.</summary>
    private JsonObject Batch(OperationCall call, Func<Queue, JsonObject, JsonObject> one)
    {
        var queue = queues.Require(call);
        var entries = call.Input.Objects("Entries").ToList();
        if (entries.Count == 0)
            throw SqsErrors.Prefixed("EmptyBatchRequest", $"There should be at least one {call.Operation}RequestEntry in the request.");
        if (entries.Count > 10)
            throw SqsErrors.Prefixed("TooManyEntriesInBatchRequest", $"Maximum number of entries per request are 10. You have sent {entries.Count}.");
        if (entries.DistinctBy(e => e.Required("Id")).Count() != entries.Count)
            throw SqsErrors.Prefixed("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
        if (entries.Sum(e => Encoding.UTF8.GetByteCount(e.Text("MessageBody") ?? "") + MessageAttributes.Size(e.Object("MessageAttributes") ?? [])) > queue.MaximumMessageSize)
            throw SqsErrors.Prefixed("BatchRequestTooLong", $"Batch requests cannot be longer than {queue.MaximumMessageSize} bytes.");
        var (done, failed) = (new JsonArray(), new JsonArray());
        foreach (var entry in entries)
        {
            try
            {
                var result = one(queue, entry);
                result["Id"] = entry.Required("Id");
                done.Add(result);
            }
            catch (AwsException e)
            {
                failed.Add(new JsonObject { ["Id"] = entry.Required("Id"), ["Code"] = e.Code, ["Message"] = e.Message, ["SenderFault"] = true });
            }
        }
        return new JsonObject { ["Successful"] = done, ["Failed"] = failed };
    }
}
