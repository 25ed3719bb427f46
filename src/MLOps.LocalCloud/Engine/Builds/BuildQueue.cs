using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Builds;

/// <summary>
/// Runs builds, a few at a time. A build that an abrupt end of the local cloud cut off runs again from its start.
/// </summary>
internal sealed class BuildQueue(
    BuildTools tools, BuildStore store, StateFolder folder, LocalEndpoint endpoint, ILogSink sink, CloudEventBus bus,
    TimeProvider time, ILogger<BuildQueue> logger) : BackgroundService
{
    private readonly SemaphoreSlim slots = new(Math.Max(2, Environment.ProcessorCount));
    private readonly ConcurrentDictionary<string, CancellationTokenSource> running = new();
    private IReadOnlyList<(Scope Scope, Document Document)> leftBehind = [];
    private CancellationToken stopping;

    /// <summary>Takes on a build whose document is stored.</summary>
    public void Start(Scope scope, string id) => _ = CarryOutAsync(scope, id);

    /// <summary>Stops a build that waits or runs; one that has ended stays as it is.</summary>
    public void Stop(string id)
    {
        if (running.TryGetValue(id, out var cancel))
            cancel.Cancel();
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // A build that was cut off begins in an empty folder; those of others have nobody left who would clear them.
        foreach (var work in Directory.GetDirectories(folder.Folder("builds")))
            Clear(work);
        leftBehind = [.. store.Builds.All().Where(b => b.Document.Value.Object("build")!.Flag("buildComplete") != true)];
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        stopping = stoppingToken;
        await endpoint.UrlAsync(stoppingToken);
        foreach (var (scope, document) in leftBehind)
        {
            store.Builds.Update(scope, document.Key, d => d.Object("build")!["phases"] = new JsonArray());
            store.Phase(scope, document.Key, "SUCCEEDED", "QUEUED");
            LogOf(scope, document.Value.Object("build")!).Say("The local cloud was started again; the build begins anew");
            Start(scope, document.Key);
        }
    }

    private async Task CarryOutAsync(Scope scope, string id)
    {
        try
        {
            await RunAsync(scope, id);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The local cloud stops; the next start runs the build again.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            logger.LogError(e, "The build {Id} could not be carried out", id);
            store.Phase(scope, id, "FAULT", null, "INTERNAL_ERROR", e.Message);
            Tell(scope, store.Complete(scope, id, "FAULT"));
        }
    }

    private async Task RunAsync(Scope scope, string id)
    {
        var build = store.Builds.Find(scope, id)!.Object("build")!;
        var log = LogOf(scope, build);
        var minutes = TimeSpan.FromMinutes(build.Whole("timeoutInMinutes") ?? 60);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        running[id] = stop;
        var work = folder.Folder("builds", id.Replace(':', '-'));
        try
        {
            Tell(scope, store.Builds.Find(scope, id)!);
            await slots.WaitAsync(stop.Token);
            try
            {
                using var limit = new CancellationTokenSource(minutes, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, limit.Token);
                store.Phase(scope, id, "SUCCEEDED", "PROVISIONING");
                var status = await RunOrCutAsync(new BuildRun(tools, scope, id, log, work), either.Token, limit.Token);
                if (status == "TIMED_OUT")
                    store.Phase(scope, id, "TIMED_OUT", null, "BUILD_TIMED_OUT", $"Build has timed out after {minutes.TotalMinutes} minutes.");
                Tell(scope, store.Complete(scope, id, status));
            }
            finally
            {
                slots.Release();
            }
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            store.Phase(scope, id, "STOPPED", null);
            Tell(scope, store.Complete(scope, id, "STOPPED"));
        }
        finally
        {
            running.TryRemove(id, out _);
            Clear(work);
        }
    }

    private static async Task<string> RunOrCutAsync(BuildRun run, CancellationToken either, CancellationToken limit)
    {
        try
        {
            return await run.RunAsync(either);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return "TIMED_OUT";
        }
    }

    private void Clear(string work)
    {
        try
        {
            Directory.Delete(work, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("The work folder {Folder} could not be deleted: {Reason}", work, e.Message);
        }
    }

    private BuildLog LogOf(Scope scope, JsonObject build) =>
        new(sink, scope, build.Object("logs")?.Text("groupName"), build.Object("logs")?.Text("streamName"), time);

    private void Tell(Scope scope, JsonObject document)
    {
        var build = document.Object("build")!;
        bus.Publish(new CloudEvent(scope, "aws.codebuild", "CodeBuild Build State Change", new JsonObject
        {
            ["build-status"] = build.Text("buildStatus"),
            ["project-name"] = build.Text("projectName"),
            ["build-id"] = build.Text("arn"),
            ["current-phase"] = build.Text("currentPhase"),
            ["current-phase-context"] = "[]",
            ["version"] = "1",
            ["additional-information"] = new JsonObject
            {
                ["build-number"] = build["buildNumber"].Copy(),
                ["build-complete"] = build.Flag("buildComplete") ?? false,
                ["initiator"] = build.Text("initiator"),
                ["logs"] = new JsonObject { ["group-name"] = build.Object("logs")?.Text("groupName"), ["stream-name"] = build.Object("logs")?.Text("streamName") },
            },
        }, [build.Required("arn")]));
    }
}
