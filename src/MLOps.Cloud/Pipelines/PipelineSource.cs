using MLOps.Cloud.Approvals;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Values;
using Aws = Amazon.CodePipeline.Model;

namespace MLOps.Cloud.Pipelines;

/// <summary>What the collector holds of a pipeline; the pages see the summary and the approvals.</summary>
internal sealed record PipelineSnapshot(PipelineSummary Summary, PipelineDefinition Definition, ValueList<PendingApproval> Approvals);

/// <summary>
/// Reads pipelines. A sweep asks for the state of each, for its executions only when that state moved, and for its
/// definition only when its version did. Of those that rest some are looked at in each sweep, in turns.
/// </summary>
internal sealed class PipelineSource(PipelineCalls calls, ApprovalReading approvals) : IInventorySource<PipelineSnapshot>
{
    private const int LookedAtAtOnce = 100;

    private readonly RollingLook turns = new(LookedAtAtOnce);

    public string Kind => "pipelines";

    public IComparer<PipelineSnapshot> Order { get; } =
        Comparer<PipelineSnapshot>.Create((x, y) => string.CompareOrdinal(x.Summary.Name, y.Summary.Name));

    public string Key(PipelineSnapshot item) => item.Summary.Name;

    public async Task<IReadOnlyList<PipelineSnapshot>> ReadAllAsync(string connection, ValueList<PipelineSnapshot> known, CancellationToken cancelled)
    {
        var before = known.ToDictionary(p => p.Summary.Name);
        var listed = new List<Aws.PipelineSummary>();
        var request = new Aws.ListPipelinesRequest();
        do
        {
            var answer = await calls.On(connection).ListPipelinesAsync(request, cancelled);
            listed.AddRange(answer.Pipelines.OrEmpty());
            request.NextToken = answer.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));
        var resting = listed.Where(p => before.GetValueOrDefault(p.Name) is { } known && Rests(known, p.Version)).Select(p => p.Name).ToHashSet();
        var turn = turns.Next(connection, resting);
        var read = await Several.ReadAsync(
            listed,
            async (p, token) => resting.Contains(p.Name) && !turn.Contains(p.Name) ? before[p.Name] : await ReadAsync(connection, p.Name, p.Version, before.GetValueOrDefault(p.Name), token),
            cancelled);
        return [.. read.OfType<PipelineSnapshot>()];
    }

    /// <summary>Whether a pipeline does nothing and waits for nobody. That it was started an event tells, or its turn.</summary>
    private static bool Rests(PipelineSnapshot known, int? version) =>
        known.Definition.Version == version && known.Approvals.Count == 0 && Status.Kind(known.Summary.Status) is not (StatusKind.Running or StatusKind.Waiting);

    public Task<PipelineSnapshot?> ReadAsync(string connection, string key, CancellationToken cancelled) => ReadAsync(connection, key, null, null, cancelled);

    private async Task<PipelineSnapshot?> ReadAsync(string connection, string name, int? version, PipelineSnapshot? known, CancellationToken cancelled)
    {
        try
        {
            var state = await calls.StateAsync(connection, name, cancelled);
            version ??= state.PipelineVersion;
            var definition = known is not null && known.Definition.Version == version
                ? known.Definition
                : await calls.DefinitionAsync(connection, name, cancelled);
            var stages = state.StageStates.OrEmpty().Select(s => PipelineMapping.Stage(s, definition)).ToValueList();
            var isParallel = definition.ExecutionMode == ApprovalReading.Parallel;
            var latest = !isParallel && known?.Summary.Latest is { } before && Values.Status.Kind(before.Status) != StatusKind.Running && stages.Equals(known.Summary.Stages)
                ? before
                : (await calls.ExecutionsAsync(connection, name, 1, null, cancelled)).Items is [var newest, ..] ? newest : null;
            if (isParallel && latest is not null)
                stages = latest == known?.Summary.Latest && !latest.IsActive ? known.Summary.Stages : await ParallelAsync(connection, definition, latest, stages, cancelled);
            var summary = new PipelineSummary(connection, name)
            {
                Version = definition.Version,
                ExecutionMode = definition.ExecutionMode,
                PipelineType = definition.PipelineType,
                Created = state.Created.Time(),
                Updated = state.Updated.Time(),
                Stages = stages,
                Latest = latest,
            };
            var waiting = await approvals.WaitingAsync(summary, definition, state, known?.Approvals ?? [], cancelled);
            return new PipelineSnapshot(summary, definition, waiting);
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            // Deleted between the list and this call.
            return null;
        }
    }

    /// <summary>Executions that run beside each other each have stages of their own: the pipeline shows those of its newest one.</summary>
    private async Task<ValueList<StageState>> ParallelAsync(
        string connection, PipelineDefinition definition, PipelineExecution latest, ValueList<StageState> transitions, CancellationToken cancelled)
    {
        var actions = await calls.ActionsAsync(connection, definition.Name, latest.Id, cancelled);
        return ExecutionStages.Of(definition, latest.Id, actions.Select(PipelineMapping.Execution))
            .Select(s => transitions.FirstOrDefault(t => t.Name == s.Name) is { } t
                ? s with { TransitionEnabled = t.TransitionEnabled, DisabledReason = t.DisabledReason, DisabledBy = t.DisabledBy, DisabledAt = t.DisabledAt } : s).ToValueList();
    }
}
