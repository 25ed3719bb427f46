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
        .On("sqs", "SendMessage", Send)
        .On("sqs", "DeleteMessage", Delete)
        .On("sqs", "DeleteMessageBatch", DeleteBatch)
        .On("sqs", "ChangeMessageVisibility", ChangeVisibility);

#pragma warning disable CA5351 // the API prescribes MD5; it guards against accidents only
    public static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    private JsonObject Send(OperationCall call)
    {
        var input = call.Input;
        var queue = queues.Require(call);
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
        var system = new JsonObject { ["SenderId"] = call.Scope.Account };
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

    private JsonObject Delete(OperationCall call)
    {
        messages.Delete(queues.Require(call), Receipt.Parse(call.Input.Required("ReceiptHandle")));
        return [];
    }

    private JsonObject DeleteBatch(OperationCall call)
    {
        var queue = queues.Require(call);
        var entries = call.Input.Objects("Entries").ToList();
        if (entries.Count == 0)
            throw new AwsException("EmptyBatchRequest", "There should be at least one DeleteMessageBatchRequestEntry in the request.") { QueryCode = "AWS.SimpleQueueService.EmptyBatchRequest" };
        if (entries.Count > 10)
            throw new AwsException("TooManyEntriesInBatchRequest", $"Maximum number of entries per request are 10. You have sent {entries.Count}.") { QueryCode = "AWS.SimpleQueueService.TooManyEntriesInBatchRequest" };
        if (entries.DistinctBy(e => e.Required("Id")).Count() != entries.Count)
            throw new AwsException("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.") { QueryCode = "AWS.SimpleQueueService.BatchEntryIdsNotDistinct" };
        var (done, failed) = (new JsonArray(), new JsonArray());
        foreach (var entry in entries)
        {
            try
            {
                messages.Delete(queue, Receipt.Parse(entry.Required("ReceiptHandle")));
                done.Add(new JsonObject { ["Id"] = entry.Required("Id") });
            }
            catch (AwsException e)
            {
                failed.Add(new JsonObject { ["Id"] = entry.Required("Id"), ["Code"] = e.Code, ["Message"] = e.Message, ["SenderFault"] = true });
            }
        }
        return new JsonObject { ["Successful"] = done, ["Failed"] = failed };
    }

    private JsonObject ChangeVisibility(OperationCall call)
    {
        var (queue, receipt) = (queues.Require(call), Receipt.Parse(call.Input.Required("ReceiptHandle")));
        var seconds = call.Input.Whole("VisibilityTimeout") ?? 0;
        if (seconds is < 0 or > LongestVisibility)
            throw SqsErrors.InvalidValue($"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and {LongestVisibility}.");
        return messages.Hide(queue, receipt, TimeSpan.FromSeconds(seconds), time.GetUtcNow()) ? []
            : throw new AwsException("MessageNotInflight", "The message referred to is not in flight.") { QueryCode = "AWS.SimpleQueueService.MessageNotInflight" };
    }
}
