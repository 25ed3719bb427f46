using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Events;

/// <summary>
/// Takes state changes from the queues of the connections that have one, and refreshes what changed at once. Events come at
/// least once, late and out of order: each only says where to look. What one misses, a sweep finds.
/// </summary>
internal sealed partial class EventQueueListener(
    ICloudClients clients, ICloudConnections connections, EventQueues queues, ChangedThings things, TimeProvider time, ILogger<EventQueueListener> logger) : BackgroundService
{
    private const int LongPollSeconds = 20;

    /// <summary>What cannot be read after so many tries is left to the sweeps.</summary>
    private const int MostTries = 5;

    private const string Tries = "ApproximateReceiveCount";
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(15);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(connections.All.Select(c => ListenAsync(c.Name, stoppingToken)));

    private async Task ListenAsync(string connection, CancellationToken cancelled)
    {
        var queue = await queues.QueueAsync(connection, cancelled);
        while (!cancelled.IsCancellationRequested)
        {
            try
            {
                await TakeAsync(connection, queue, cancelled);
                if (!queues.Flow(connection))
                    Log.Flow(logger, connection, queue);
                queues.Heard(connection, true);
            }
            catch (CloudException e)
            {
                queues.Heard(connection, false);
                Log.Silent(logger, connection, queue, e.Fault.Message);
                await Task.Delay(PauseAfterFault, time, cancelled);
            }
        }
    }

    private async Task TakeAsync(string connection, string queue, CancellationToken cancelled)
    {
        var client = clients.Get<IAmazonSQS>(connection);
        var taken = await client.ReceiveMessageAsync(
            new ReceiveMessageRequest { QueueUrl = queue, MaxNumberOfMessages = 10, WaitTimeSeconds = LongPollSeconds, MessageSystemAttributeNames = [Tries] }, cancelled);
        var done = new List<Message>();
        // Ten events about one pipeline ask for one look.
        foreach (var about in taken.Messages.OrEmpty().GroupBy(m => CloudEventReading.Read(m.Body)))
        {
            var isDone = about.Key is not { } changed || await LookAsync(connection, changed.Kind, changed.Key, cancelled);
            done.AddRange(about.Where(m => isDone || TriesOf(m) >= MostTries));
        }
        // What is not deleted the queue brings again, and meanwhile the other things have their turn.
        if (done.Count > 0)
            await client.DeleteMessageBatchAsync(new DeleteMessageBatchRequest
            {
                QueueUrl = queue,
                Entries = [.. done.Select((m, i) => new DeleteMessageBatchRequestEntry { Id = $"m{i}", ReceiptHandle = m.ReceiptHandle })],
            }, cancelled);
    }

    /// <summary>Refreshes what changed; false where the same look may work later. Nothing that one event names may keep the others waiting.</summary>
    private async Task<bool> LookAsync(string connection, ChangedKind kind, string key, CancellationToken cancelled)
    {
        try
        {
            await things.RefreshAsync(connection, kind, key, cancelled);
            return true;
        }
        catch (CloudException e)
        {
            Log.Unread(logger, kind, key, connection, e.Fault.Message);
            return !e.Fault.IsTransient;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Broke(logger, e, kind, key, connection);
            return false;
        }
    }

    private static int TriesOf(Message message) =>
        message.Attributes?.GetValueOrDefault(Tries) is { } count && int.TryParse(count, CultureInfo.InvariantCulture, out var tries) ? tries : 0;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Events of {Connection} come from {Queue}")]
        public static partial void Flow(ILogger logger, string connection, string queue);

        [LoggerMessage(2, LogLevel.Warning, "Events of {Connection} cannot be taken from {Queue}: {Fault}")]
        public static partial void Silent(ILogger logger, string connection, string queue, string fault);

        [LoggerMessage(3, LogLevel.Warning, "An event names the {Kind} {Key} of {Connection}, which cannot be read: {Fault}")]
        public static partial void Unread(ILogger logger, ChangedKind kind, string key, string connection, string fault);

        [LoggerMessage(4, LogLevel.Error, "Reading the {Kind} {Key} of {Connection} after an event failed")]
        public static partial void Broke(ILogger logger, Exception e, ChangedKind kind, string key, string connection);
    }
}
