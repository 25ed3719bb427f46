using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sqs;

/// <summary>ReceiveMessage: waits, where it is asked to, for a message, a time-out or the end of the local cloud.</summary>
internal sealed class ReceiveOperations(
    QueueStore queues, MessageStore messages, QueueSignals signals, TimeProvider time, IHostApplicationLifetime? lifetime = null) : IOperations
{
    public void Map(OperationMap map) => map.On("sqs", "ReceiveMessage", ReceiveAsync);

    private async Task<OperationAnswer> ReceiveAsync(OperationCall call)
    {
        var queue = queues.Require(call);
        var most = Checked(call.Input, "MaxNumberOfMessages", 1, 10) ?? 1;
        var visibility = Checked(call.Input, "VisibilityTimeout", 0, 43_200) is { } hidden ? TimeSpan.FromSeconds(hidden) : queue.VisibilityTimeout;
        var wait = Checked(call.Input, "WaitTimeSeconds", 0, 20) is { } seconds ? TimeSpan.FromSeconds(seconds) : queue.WaitTime;
        var received = await WaitAsync(queue, most, visibility, time.GetUtcNow() + wait, call.Cancelled);
        if (received.Count == 0)
            return new JsonObject();
        var names = call.Input.Texts("MessageAttributeNames").ToHashSet();
        var system = call.Input.Texts("AttributeNames").Concat(call.Input.Texts("MessageSystemAttributeNames")).ToHashSet();
        return new JsonObject { ["Messages"] = received.Select(m => Message(m, names, system)).ToJson() };
    }

    private async Task<List<QueuedMessage>> WaitAsync(Queue queue, int most, TimeSpan visibility, DateTimeOffset until, CancellationToken gone)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(gone, lifetime?.ApplicationStopping ?? CancellationToken.None);
        while (true)
        {
            var signal = signals.Next(queue.Id);
            var received = messages.Receive(queue, most, visibility, time.GetUtcNow());
            var now = time.GetUtcNow();
            if (received.Count > 0 || now >= until)
                return received;
            var wake = messages.NextVisible(queue, now) is { } next && next < until ? next : until;
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
            await Task.WhenAny(signal, Task.Delay(wake - now, time, waiting.Token));
            await waiting.CancelAsync();
            // Nobody is left to take a message: it stays in the queue.
            if (ending.IsCancellationRequested)
                return [];
        }
    }

    private static int? Checked(JsonObject input, string name, int least, int largest) => input.Whole(name) switch
    {
        null => null,
        { } value when value >= least && value <= largest => value,
        { } value => throw SqsErrors.InvalidValue($"Value {value} for parameter {name} is invalid. Reason: Must be between {least} and {largest}, if provided."),
    };

    private static JsonObject Message(QueuedMessage message, HashSet<string> names, HashSet<string> system)
    {
        var all = message.System.Copy()!;
        all["SentTimestamp"] = message.Sent.ToString();
        all["ApproximateReceiveCount"] = message.Received.ToString();
        all["ApproximateFirstReceiveTimestamp"] = message.FirstReceived.ToString();
        var attributes = MessageAttributes.Chosen(message.Attributes, names);
        var shown = all.Where(a => system.Contains("All") || system.Contains(a.Key)).Select(a => KeyValuePair.Create(a.Key, a.Value.Copy())).ToList();
        return new JsonObject
        {
            ["MessageId"] = message.MessageId,
            ["ReceiptHandle"] = new Receipt(message.Id, message.Receipt!).Handle,
            ["MD5OfBody"] = MessageOperations.Md5(message.Body),
            ["Body"] = message.Body,
            ["Attributes"] = shown.Count > 0 ? new JsonObject(shown) : null,
            ["MD5OfMessageAttributes"] = MessageAttributes.Md5(attributes),
            ["MessageAttributes"] = attributes.Count > 0 ? attributes : null,
        };
    }
}
