using MLOps.Cloud.Approvals;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Models;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Registry;
using MLOps.Cloud.Training;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Tuning;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Search;

/// <summary>Keeps the index true: it follows every inventory of every connection, and puts in what changed.</summary>
internal sealed class SearchCollector(
    SearchIndex index, ICloudConnections connections, TimeProvider time, IInventory<PipelineSummary> pipelines, IInventory<PendingApproval> approvals, IInventory<TrainingJobSummary> jobs,
    IInventory<TuningJobSummary> tunings, IInventory<TransformJobSummary> transforms, IInventory<ModelSummary> models, IInventory<ModelPackage> packages,
    IInventory<EndpointSummary> endpoints) : BackgroundService
{
    /// <summary>The inventories tell the newest execution of a pipeline; so many of those that were it are remembered.</summary>
    private const int MostExecutions = 2000;

    // However fast a cloud changes, the index is brought up to date a few times a second at most.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        index.Put("", FoundKind.Page, [.. SearchPlaces.All.Where(p => p.Kind == FoundKind.Page)]);
        index.Put("", FoundKind.Action, [.. SearchPlaces.All.Where(p => p.Kind == FoundKind.Action)]);
        return Task.WhenAll(connections.All.SelectMany(c => FollowAll(c, Places.In(connections, c), stoppingToken)));
    }

    private IEnumerable<Task> FollowAll(CloudConnection cloud, Places places, CancellationToken stopping)
    {
        var at = cloud.Name;
        var executions = new Dictionary<string, SearchEntry>(StringComparer.Ordinal);
        yield return FollowAsync(pipelines, at, items =>
        {
            index.Put(at, FoundKind.Pipeline, [.. items.Select(p => new SearchEntry(FoundKind.Pipeline, at, p.Name, p.Name, places.Pipeline(p.Name)) { Status = p.Status, At = p.Latest?.Updated ?? p.Updated })]);
            foreach (var pipeline in items)
            {
                if (pipeline.Latest is { } latest)
                    executions[latest.Id] = new(FoundKind.Execution, at, latest.Id, latest.Id, places.Pipeline(pipeline.Name, latest.Id)) { Detail = pipeline.Name, Status = latest.Status, At = latest.Started };
            }
            foreach (var old in executions.Values.OrderByDescending(e => e.At).Skip(MostExecutions).ToList())
                executions.Remove(old.Key);
            index.Put(at, FoundKind.Execution, [.. executions.Values]);
        }, stopping);
        yield return FollowAsync(approvals, at, items => index.Put(at, FoundKind.Approval, [.. items.Select(a => new SearchEntry(
            FoundKind.Approval, at, $"{a.Pipeline}/{a.Stage}/{a.Action}/{a.ExecutionId}", $"{a.Pipeline}: {a.Action}", places.SignOff(a.Pipeline, a.Stage, a.Action, a.ExecutionId))
            { Detail = a.ExecutionId, Status = MLOps.Cloud.Values.Status.AwaitsApproval, At = a.Since })]), stopping);
        yield return FollowAsync(jobs, at, items => index.Put(at, FoundKind.TrainingJob,
            [.. items.Select(j => new SearchEntry(FoundKind.TrainingJob, at, j.Name, j.Name, places.TrainingJob(j.Name)) { Status = j.Status, At = j.Created })]), stopping);
        yield return FollowAsync(tunings, at, items => index.Put(at, FoundKind.TuningJob,
            [.. items.Select(j => new SearchEntry(FoundKind.TuningJob, at, j.Name, j.Name, places.TuningJob(j.Name)) { Status = j.Status, At = j.Created, Detail = j.Strategy })]), stopping);
        yield return FollowAsync(transforms, at, items => index.Put(at, FoundKind.TransformJob,
            [.. items.Select(j => new SearchEntry(FoundKind.TransformJob, at, j.Name, j.Name, places.TransformJob(j.Name)) { Status = j.Status, At = j.Created })]), stopping);
        yield return FollowAsync(models, at, items => index.Put(at, FoundKind.Model,
            [.. items.Select(m => new SearchEntry(FoundKind.Model, at, m.Name, m.Name, places.Model(m.Name)) { Detail = m.TrainingJob, At = m.Created })]), stopping);
        yield return FollowAsync(packages, at, items => index.Put(at, FoundKind.ModelVersion,
            [.. items.Select(p => new SearchEntry(FoundKind.ModelVersion, at, $"{p.Group}/{p.Version}", $"{p.Group} {p.Version}", places.ModelPackage(p.Group, p.Version)) { Status = p.Approval, At = p.Created })]), stopping);
        yield return FollowAsync(endpoints, at, items =>
        {
            index.Put(at, FoundKind.Endpoint, [.. items.Select(e => new SearchEntry(FoundKind.Endpoint, at, e.Name, e.Name, places.Endpoint(e.Name)) { Status = e.Status, At = e.Modified ?? e.Created })]);
            index.Put(at, FoundKind.Action, [.. items.SelectMany(e => new[]
            {
                new SearchEntry(FoundKind.Action, at, $"try/{e.Name}", $"Try {e.Name}", places.Playground(e.Name)) { Policy = Policies.Invoke },
                new SearchEntry(FoundKind.Action, at, $"deploy/{e.Name}", $"Deploy to {e.Name}", places.At($"/endpoints/{Uri.EscapeDataString(e.Name)}/deploy")) { Policy = Policies.Operate },
            })]);
        }, stopping);
    }

    private async Task FollowAsync<T>(IInventory<T> inventory, string connection, Action<IReadOnlyList<T>> put, CancellationToken stopping)
    {
        // Never in the way of the portal's start.
        await Task.Yield();
        try
        {
            var (state, changes) = inventory.Subscribe(connection);
            put(state.Items);
            await foreach (var next in changes.WithCancellation(stopping))
            {
                put(next.Items);
                await Task.Delay(Pause, time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }
}
