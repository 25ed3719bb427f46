using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Functions;

/// <summary>
/// Asynchronous invocations: stored before they are answered, carried out at least once, tried twice more where the
/// function fails, and taken up again after a restart.
/// </summary>
internal sealed class FunctionQueue(
    DocumentStore documents, FunctionStore functions, FunctionPool pool, LocalEndpoint endpoint, CloudEventBus bus,
    IOptions<LocalCloudOptions> options, TimeProvider time, ILogger<FunctionQueue> logger) : BackgroundService
{
    /// <summary>Source and detail type of what is said when the last try of an invocation failed: <c>{functionName, requestId, message}</c>.</summary>
    public const string EventSource = "localcloud.lambda", GaveUp = "Asynchronous Invocation Failed";

    private readonly DocumentTable events = documents.Table("lambda/event");
    private IReadOnlyList<(Scope Scope, Document Document)> leftBehind = [];
    private CancellationToken stopping;

    /// <summary>Takes an invocation on.</summary>
    public void Enqueue(Scope scope, string function, JsonNode? input, string requestId)
    {
        events.Put(scope, requestId, new JsonObject { ["function"] = function, ["input"] = input.Copy(), ["attempt"] = 0, ["at"] = time.GetUtcNow().ToEpoch() });
        _ = CarryOutAsync(scope, requestId);
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        functions.Sweep();
        leftBehind = events.All();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        stopping = stoppingToken;
        // Functions call back: what an earlier run left waits until the server listens.
        await endpoint.UrlAsync(stoppingToken);
        foreach (var (scope, document) in leftBehind)
            _ = CarryOutAsync(scope, document.Key);
    }

    private async Task CarryOutAsync(Scope scope, string requestId)
    {
        try
        {
            while (events.Find(scope, requestId) is { } stored && !await TryAsync(scope, requestId, stored))
            {
                var attempt = (stored.Whole("attempt") ?? 0) + 1;
                events.Update(scope, requestId, d => d["attempt"] = attempt);
                await Task.Delay(TimeSpan.FromSeconds(options.Value.FunctionRetrySeconds[attempt - 1]), time, stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // The local cloud stops; the next start goes on.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            logger.LogError(e, "The asynchronous invocation {RequestId} could not be carried out", requestId);
        }
    }

    /// <summary>One try; true where it is the last, because it went well or no more are due.</summary>
    private async Task<bool> TryAsync(Scope scope, string requestId, JsonObject stored)
    {
        var name = stored.Required("function");
        var fault = functions.Find(scope, name) is { } function
            ? await FaultAsync(function, stored["input"], requestId)
            : $"Function not found: {name}";
        stopping.ThrowIfCancellationRequested();
        if (fault is not null && (stored.Whole("attempt") ?? 0) < options.Value.FunctionRetrySeconds.Length)
            return false;
        events.Remove(scope, requestId);
        if (fault is not null)
            bus.Publish(new CloudEvent(scope, EventSource, GaveUp, new JsonObject
            {
                ["functionName"] = name,
                ["requestId"] = requestId,
                ["message"] = fault,
            }, []));
        return true;
    }

    private async Task<string?> FaultAsync(FunctionDefinition function, JsonNode? input, string requestId)
    {
        try
        {
            var result = await pool.InvokeAsync(function, input, requestId, waits: true, stopping);
            return result.IsError ? result.Message : null;
        }
        catch (Exception e) when (e is AwsException or InvalidOperationException)
        {
            return e.Message;
        }
    }
}
