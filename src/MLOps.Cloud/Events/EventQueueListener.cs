using Amazon.SQS;
using Amazon.SQS.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Registry;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Events;

/// <summary>
/// Takes state changes from the queues of the connections that have one, and refreshes what changed at once. Events come at
/// least once, late and out of order: each only says where to look. What one misses, a sweep finds.
/// </summary>
internal sealed class EventQueueListener(
    ICloudClients clients, IOptions<CloudOptions> options, IInventory<PipelineSnapshot> pipelines, IInventory<TrainingJobSummary> jobs,
    IInventory<EndpointSummary> endpoints, IInventory<ModelPackage> packages, TimeProvider time, ILogger<EventQueueListener> logger) : BackgroundService
{
    private const int LongPollSeconds = 20;
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(15);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        CloudConnections.Connections(options.Value).Where(c => c.Options.EventQueueUrl.Length > 0)
            .Select(c => ListenAsync(c.Connection.Name, c.Options.EventQueueUrl, stoppingToken)));

    private async Task ListenAsync(string connection, string queue, CancellationToken cancelled)
    {
        while (!cancelled.IsCancellationRequested)
        {
            try
            {
                await TakeAsync(connection, queue, cancelled);
            }
            catch (CloudException e)
            {
                logger.LogWarning("Events of {Connection} cannot be taken from {Queue}: {Fault}", connection, queue, e.Fault.Message);
                await Task.Delay(PauseAfterFault, time, cancelled);
            }
        }
    }

    private async Task TakeAsync(string connection, string queue, CancellationToken cancelled)
    {
        var client = clients.Get<IAmazonSQS>(connection);
        var taken = await client.ReceiveMessageAsync(
            new ReceiveMessageRequest { QueueUrl = queue, MaxNumberOfMessages = 10, WaitTimeSeconds = LongPollSeconds }, cancelled);
        var messages = taken.Messages.OrEmpty().ToList();
        if (messages.Count == 0)
            return;
        // Ten events about one pipeline ask for one look.
        foreach (var (kind, key) in messages.Select(m => CloudEventReading.Read(m.Body)).OfType<(ChangedKind, string)>().Distinct())
        {
            await (kind switch
            {
                ChangedKind.Pipeline => pipelines.RefreshAsync(connection, key, cancelled),
                ChangedKind.TrainingJob => jobs.RefreshAsync(connection, key, cancelled),
                ChangedKind.ModelPackage => packages.RefreshAsync(connection, key, cancelled),
                _ => endpoints.RefreshAsync(connection, key, cancelled),
            });
        }
        // What could not be refreshed was not deleted: the queue brings it again.
        await client.DeleteMessageBatchAsync(new DeleteMessageBatchRequest
        {
            QueueUrl = queue,
            Entries = [.. messages.Select((m, i) => new DeleteMessageBatchRequestEntry { Id = $"m{i}", ReceiptHandle = m.ReceiptHandle })],
        }, cancelled);
    }
}
