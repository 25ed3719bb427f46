using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.Sqs;

/// <summary>A message as it lies in its queue.</summary>
/// <param name="System">System attributes besides those that follow from the columns.</param>
/// <param name="Receipt">Tells the last receipt from those before; null before the first.</param>
internal sealed record QueuedMessage(
    long Id, string MessageId, string Body, JsonObject Attributes, JsonObject System, long Sent, int Received, long? FirstReceived, string? Receipt);

/// <summary>How many messages wait, are delayed and are in flight.</summary>
internal readonly record struct QueueDepth(long Visible, long Delayed, long InFlight);

/// <summary>The store of messages. What was sent is committed before the call returns.</summary>
internal sealed class MessageStore(QueueDatabase queues, QueueSignals signals)
{
    private const string Columns = "id, message_id, body, attributes, system, sent, received, first_received, receipt";

    public void Send(Queue queue, string messageId, string body, JsonObject attributes, JsonObject system, DateTimeOffset now, TimeSpan delay)
    {
        queues.Database.Write(s =>
        {
            if (!QueueStore.Exists(s, queue.Id))
                throw SqsErrors.NoQueue();
            s.Execute("""
                INSERT INTO messages (queue, message_id, body, attributes, system, sent, visible) VALUES ($0, $1, $2, $3, $4, $5, $6)
                """, queue.Id, messageId, body, attributes.ToJsonString(), system.ToJsonString(), Ms(now), Ms(now + delay));
        });
        signals.Pulse(queue.Id);
    }

    /// <summary>Receives what is visible now, and hides it; what was received too often goes to the dead-letter queue instead.</summary>
    public List<QueuedMessage> Receive(Queue queue, int most, TimeSpan visibility, DateTimeOffset now)
    {
        var dead = new HashSet<long>();
        var messages = queues.Database.Write(s =>
        {
            if (!QueueStore.Exists(s, queue.Id))
                throw SqsErrors.NoQueue();
            var deadLetters = queue.Redrive is { } redrive && QueueStore.FindArn(s, redrive.Arn) is { } target ? (Queue: target, redrive.MaxReceiveCount) : default;
            var received = new List<QueuedMessage>();
            while (received.Count < most)
            {
                var found = s.Query($"SELECT {Columns} FROM messages WHERE queue = $0 AND visible <= $1 AND sent > $2 ORDER BY id LIMIT $3",
                    Read, queue.Id, Ms(now), Ms(now - queue.Retention), most - received.Count);
                if (found.Count == 0)
                    break;
                foreach (var message in found)
                {
                    if (deadLetters.Queue is not null && message.Received >= deadLetters.MaxReceiveCount)
                    {
                        message.System["DeadLetterQueueSourceArn"] = queue.Arn;
                        s.Execute("UPDATE messages SET queue = $1, visible = $2, received = 0, first_received = NULL, receipt = NULL, system = $3 WHERE id = $0",
                            message.Id, deadLetters.Queue.Id, Ms(now), message.System.ToJsonString());
                        dead.Add(deadLetters.Queue.Id);
                        continue;
                    }
                    var taken = message with { Received = message.Received + 1, FirstReceived = message.FirstReceived ?? Ms(now), Receipt = Guid.NewGuid().ToString("n") };
                    // A visibility time-out of zero leaves the message to the next receiver, not to this one again.
                    s.Execute("UPDATE messages SET received = $1, first_received = $2, receipt = $3, visible = $4 WHERE id = $0",
                        message.Id, taken.Received, taken.FirstReceived, taken.Receipt, Math.Max(Ms(now) + 1, Ms(now + visibility)));
                    received.Add(taken);
                }
            }
            return received;
        });
        foreach (var id in dead)
            signals.Pulse(id);
        return messages;
    }

    /// <summary>When the next hidden message becomes visible; null where none is hidden.</summary>
    public DateTimeOffset? NextVisible(Queue queue, DateTimeOffset now) => queues.Database.Read(s =>
        s.Whole("SELECT min(visible) FROM messages WHERE queue = $0 AND visible > $1", queue.Id, Ms(now))) is > 0 and var at
            ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    /// <summary>Deletes a message by its last receipt; one that was received again since stays.</summary>
    public void Delete(Queue queue, Receipt receipt) => queues.Database.Write(s =>
        s.Execute("DELETE FROM messages WHERE id = $0 AND queue = $1 AND receipt = $2", receipt.Message, queue.Id, receipt.Token));

    /// <summary>Hides a message that is in flight for so long from now; false where it is not in flight by this receipt.</summary>
    public bool Hide(Queue queue, Receipt receipt, TimeSpan visibility, DateTimeOffset now)
    {
        var hidden = queues.Database.Write(s => s.Execute(
            "UPDATE messages SET visible = $3 WHERE id = $0 AND queue = $1 AND receipt = $2 AND visible > $4",
            receipt.Message, queue.Id, receipt.Token, Ms(now + visibility), Ms(now))) > 0;
        signals.Pulse(queue.Id);
        return hidden;
    }

    public void Purge(Queue queue) => queues.Database.Write(s => s.Execute("DELETE FROM messages WHERE queue = $0", queue.Id));

    public void RemoveExpired(Queue queue, DateTimeOffset now) => queues.Database.Write(s =>
        s.Execute("DELETE FROM messages WHERE queue = $0 AND sent <= $1", queue.Id, Ms(now - queue.Retention)));

    public QueueDepth Depth(Queue queue, DateTimeOffset now) => queues.Database.Read(s => s.First("""
        SELECT coalesce(sum(visible <= $1), 0), coalesce(sum(visible > $1 AND receipt IS NULL), 0), coalesce(sum(visible > $1 AND receipt IS NOT NULL), 0)
        FROM messages WHERE queue = $0
        """, r => new QueueDepth(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), queue.Id, Ms(now)));

    private static long Ms(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    private static QueuedMessage Read(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), (JsonObject)JsonNode.Parse(row.GetString(3))!, (JsonObject)JsonNode.Parse(row.GetString(4))!,
        row.GetInt64(5), row.GetInt32(6), row.IsDBNull(7) ? null : row.GetInt64(7), row.IsDBNull(8) ? null : row.GetString(8));
}
