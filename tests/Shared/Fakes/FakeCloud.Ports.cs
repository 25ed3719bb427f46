using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Models;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;
using MLOps.Cloud.Workshop;

namespace MLOps.Tests.Fakes;

public sealed partial class FakeCloud :
    IPipelineReader, IPipelineCommands, IStackEvents, IModelReader, IEndpointReader, IEndpointCommands, IEndpointInvoker,
    ILogReader, IApprovalCommands, IEvidenceReader, IWorkshopSeeder
{
    public Dictionary<string, PipelineDetail> PipelineDetails { get; } = [];

    public Dictionary<string, ExecutionDetail> Executions { get; } = [];

    public Dictionary<string, EndpointDetail> EndpointDetails { get; } = [];

    public Dictionary<string, SignOffEvidence> Evidence { get; } = [];

    /// <summary>What happens while somebody's evidence is being read.</summary>
    public Action? BeforeEvidence { get; set; }

    public EndpointMetrics Metrics { get; set; } = new(TimeSpan.FromMinutes(1), []);

    public List<LogLine> Lines { get; } = [];

    /// <summary>What a model answers; the last request is in <see cref="Invocations"/>.</summary>
    public Func<InvocationRequest, InvocationResult>? Model { get; set; }

    /// <summary>Every request to an endpoint, in the order of coming; several may come at once.</summary>
    public IReadOnlyList<InvocationRequest> Invocations => [.. asked];

    private readonly ConcurrentQueue<InvocationRequest> asked = new();

    /// <summary>What becomes of the next answer to an approval.</summary>
    public ApprovalOutcome Outcome { get; set; } = new ApprovalOutcome.Done(Now);

    public List<ApprovalAnswer> Answers { get; } = [];

    /// <summary>When set, an answer to an approval fails with it; everything else works.</summary>
    public MLOps.Cloud.Faults.CloudFault? AnswerFault { get; set; }

    public ApprovalStanding? Standing { get; set; }

    /// <summary>When set, nobody can be told how an approval stands.</summary>
    public MLOps.Cloud.Faults.CloudFault? FindFault { get; set; }

    public WorkshopState Workshop { get; set; } = new(WorkshopPhase.NotWanted, []);

    Task<PipelineDetail> IPipelineReader.DetailAsync(string connection, string pipeline, CancellationToken cancelled) =>
        Read(() => Answer(PipelineDetails.GetValueOrDefault(pipeline), $"pipeline {pipeline}"));

    Task<Page<PipelineExecution>> IPipelineReader.ExecutionsAsync(string connection, string pipeline, string? next, CancellationToken cancelled) =>
        Read(() => Answer(PipelineDetails.GetValueOrDefault(pipeline), $"pipeline {pipeline}").Executions with { Next = null });

    Task<ExecutionDetail> IPipelineReader.ExecutionAsync(string connection, string pipeline, string executionId, CancellationToken cancelled) =>
        Read(() => Answer(Executions.GetValueOrDefault(executionId), $"execution {executionId}"));

    IAsyncEnumerable<LogLine> IStackEvents.ReadAsync(string connection, string stack, DateTimeOffset from, DateTimeOffset? until, bool follow, CancellationToken cancelled) =>
        new[] { new LogLine(from, $"CREATE_COMPLETE {stack} (AWS::SageMaker::Endpoint)", stack) }.ToAsyncEnumerable();

    /// <summary>What a source offers, and what a stage can be rolled back to.</summary>
    public List<SourceRevision> SourceRevisions { get; } = [];

    public List<PipelineExecution> RollbackTargets { get; } = [];

    /// <summary>How many more a stage could have been rolled back to before the pipeline was changed.</summary>
    public int OutdatedTargets { get; set; }

    Task<RollbackTargets> IPipelineReader.RollbackTargetsAsync(string connection, string pipeline, string stage, CancellationToken cancelled) =>
        Read(() => Answer(new RollbackTargets(RollbackTargets.ToValueList(), OutdatedTargets, 3), $"stage {stage}"));

    Task<ValueList<SourceRevision>> IPipelineReader.RevisionsAsync(string connection, ActionDefinition source, CancellationToken cancelled) =>
        Read(() => Answer(SourceRevisions.ToValueList(), $"source {source.Name}"));

    Task<string> IPipelineCommands.StartAsync(string connection, string pipeline, StartOverrides? overrides, CancellationToken cancelled) =>
        Told($"start {pipeline}{string.Concat(overrides?.Variables.Select(v => $" {v.Name}={v.Value}") ?? [])}{string.Concat(overrides?.Revisions.Select(r => $" {r.Action}:{r.Type}={r.Value}") ?? [])}", "new-execution");

    Task IPipelineCommands.StopAsync(string connection, string pipeline, string executionId, bool abandon, string reason, CancellationToken cancelled) =>
        Told($"stop {pipeline} {executionId} abandon={abandon} {reason}", 0);

    Task<string> IPipelineCommands.RetryStageAsync(string connection, string pipeline, string stage, string executionId, bool allActions, CancellationToken cancelled) =>
        Told($"retry {pipeline} {stage} {executionId} all={allActions}", executionId);

    Task<string> IPipelineCommands.RollbackStageAsync(string connection, string pipeline, string stage, string targetExecutionId, CancellationToken cancelled) =>
        Told($"rollback {pipeline} {stage} {targetExecutionId}", "new-execution");

    Task IPipelineCommands.SetTransitionAsync(string connection, string pipeline, string stage, bool enabled, string reason, CancellationToken cancelled) =>
        Told($"transition {pipeline} {stage} {enabled} {reason}", 0);

    Task<ModelSummary> IModelReader.DetailAsync(string connection, string model, CancellationToken cancelled) =>
        Read(() => Answer(Models.Current(connection).Items.Concat(OlderModels).FirstOrDefault(m => m.Name == model), $"model {model}"));

    Task<Page<ModelSummary>> IModelReader.SearchAsync(string connection, ModelQuery query, int size, string? next, CancellationToken cancelled) => Read(() =>
    {
        Calls.Add($"models like '{query.NameContains}' by {(query.ByName ? "name" : "age")}{(query.Descending ? " down" : "")} from {next}");
        var fitting = Models.Current(connection).Items.Concat(OlderModels).Where(m => m.Name.Contains(query.NameContains, StringComparison.OrdinalIgnoreCase)).ToList();
        var from = next is null ? 0 : int.Parse(next, System.Globalization.CultureInfo.InvariantCulture);
        return new Page<ModelSummary>(fitting.Skip(from).Take(size).ToValueList(), from + size < fitting.Count ? $"{from + size}" : null);
    });

    Task<EndpointDetail> IEndpointReader.DetailAsync(string connection, string endpoint, CancellationToken cancelled) =>
        Read(() => Answer(EndpointDetails.GetValueOrDefault(endpoint), $"endpoint {endpoint}"));

    Task<EndpointMetrics> IEndpointReader.MetricsAsync(string connection, string endpoint, TimeSpan span, CancellationToken cancelled) =>
        Read(() => Answer(Metrics, "metrics"));

    async IAsyncEnumerable<Watched<EndpointMetrics>> IEndpointReader.WatchMetricsAsync(
        string connection, string endpoint, TimeSpan span, [EnumeratorCancellation] CancellationToken cancelled)
    {
        Watched<EndpointMetrics> state;
        try
        {
            state = new(await Read(() => Answer(Metrics, "metrics")), null);
        }
        catch (MLOps.Cloud.Faults.CloudException refused)
        {
            state = new(null, refused.Fault);
        }
        yield return state;
        await Task.Delay(Timeout.Infinite, cancelled);
    }

    Task IEndpointCommands.DeleteAsync(string connection, string endpoint, CancellationToken cancelled) => Told($"delete {endpoint}", 0);

    /// <summary>The endpoint takes the weights at once.</summary>
    Task IEndpointCommands.UpdateWeightsAsync(string connection, string endpoint, IReadOnlyDictionary<string, double> weights, CancellationToken cancelled)
    {
        var told = Told($"weights {endpoint} {string.Join(",", weights.Select(w => FormattableString.Invariant($"{w.Key}={w.Value}")))}", 0);
        if (told.IsCompletedSuccessfully)
            Endpoints.Set([.. Endpoints.Current(connection).Items.Select(e => e.Name != endpoint ? e
                : e with { Variants = e.Variants.Select(v => weights.TryGetValue(v.Name, out var w) ? v with { CurrentWeight = w, DesiredWeight = w } : v).ToValueList() })]);
        return told;
    }

    Task<InvocationResult> IEndpointInvoker.InvokeAsync(string connection, InvocationRequest request, CancellationToken cancelled)
    {
        asked.Enqueue(request);
        return Read(() => Answer(Model, $"endpoint {request.Endpoint}")(request));
    }

    IAsyncEnumerable<LogLine> ILogReader.ReadAsync(string connection, LogSource source, DateTimeOffset? from, bool follow, CancellationToken cancelled) => Log(follow, cancelled);

    Task<ApprovalOutcome> IApprovalCommands.AnswerAsync(string connection, ApprovalAnswer answer, CancellationToken cancelled)
    {
        Answers.Add(answer);
        if (AnswerFault is not null)
            throw new MLOps.Cloud.Faults.CloudException(AnswerFault);
        return Told($"answer {answer.ExecutionId} {answer.Approved}", Outcome);
    }

    Task<ApprovalStanding> IApprovalCommands.FindAsync(string connection, string pipeline, string stage, string action, string executionId, CancellationToken cancelled) =>
        FindFault is { } away ? throw new MLOps.Cloud.Faults.CloudException(away) : Read(() => Standing ?? new ApprovalStanding(
            Approvals.Current(connection).Items.FirstOrDefault(a => a.Pipeline == pipeline && a.ExecutionId == executionId),
            Approvals.Current(connection).Items.Any(a => a.ExecutionId == executionId) ? null : new ApprovalOutcome.NotFound($"execution {executionId}")));

    Task<SignOffEvidence> IEvidenceReader.EvidenceAsync(string connection, string pipeline, string executionId, CancellationToken cancelled) =>
        Read(() =>
        {
            BeforeEvidence?.Invoke();
            return Answer(Evidence.GetValueOrDefault(executionId), $"execution {executionId}");
        });

    WorkshopState IWorkshopSeeder.Current => Workshop;

    (WorkshopState State, IAsyncEnumerable<WorkshopState> Changes) IWorkshopSeeder.Subscribe() => (Workshop, Silence<WorkshopState>());

    void IWorkshopSeeder.Retry() => Calls.Add("retry workshop");

    private static Task<T> Read<T>(Func<T> read)
    {
        try
        {
            return Task.FromResult(read());
        }
        catch (Exception fault)
        {
            return Task.FromException<T>(fault);
        }
    }

    private async IAsyncEnumerable<LogLine> Log(bool follow, [EnumeratorCancellation] CancellationToken cancelled)
    {
        foreach (var line in Lines.ToList())
            yield return line;
        if (follow)
            await Task.Delay(Timeout.Infinite, cancelled).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static async IAsyncEnumerable<T> Silence<T>([EnumeratorCancellation] CancellationToken cancelled = default)
    {
        await Task.Delay(Timeout.Infinite, cancelled).ContinueWith(_ => { }, TaskScheduler.Default);
        yield break;
    }
}
