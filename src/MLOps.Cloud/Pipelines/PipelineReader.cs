using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Values;
using Aws = Amazon.CodePipeline.Model;

namespace MLOps.Cloud.Pipelines;

/// <inheritdoc/>
internal sealed class PipelineReader(PipelineCalls calls, PipelineSource source, IObjectStore objects) : IPipelineReader
{
    private const int PageSize = 20;
    private const int RevisionsAtMost = 50;

    // How far back an execution's times are looked for; GetPipelineExecution does not tell them.
    private const int PagesBack = 5;

    public async Task<PipelineDetail> DetailAsync(string connection, string pipeline, CancellationToken cancelled = default)
    {
        var reading = source.ReadAsync(connection, pipeline, cancelled);
        var listing = calls.ExecutionsAsync(connection, pipeline, PageSize, null, cancelled);
        var snapshot = await reading ?? throw Missing(pipeline);
        var tags = await TagsAsync(connection, snapshot.Definition.Arn, cancelled);
        var actions = new List<ActionExecution>();
        foreach (var id in snapshot.Summary.Stages.Select(s => s.ExecutionId).Where(id => id.Length > 0).Distinct())
            actions.AddRange((await calls.ActionsAsync(connection, pipeline, id, cancelled)).Select(PipelineMapping.Execution));
        return new PipelineDetail(snapshot.Summary, snapshot.Definition with { Tags = tags }, await listing) { Actions = actions.OrderBy(a => a.Started).ToValueList() };
    }

    public async Task<RollbackTargets> RollbackTargetsAsync(string connection, string pipeline, string stage, CancellationToken cancelled = default)
    {
        var defining = calls.DefinitionAsync(connection, pipeline, cancelled);
        var answer = await calls.On(connection).ListPipelineExecutionsAsync(new Aws.ListPipelineExecutionsRequest
        {
            PipelineName = pipeline,
            MaxResults = PageSize,
            Filter = new Aws.PipelineExecutionFilter { SucceededInStage = new Aws.SucceededInStageFilter { StageName = stage } },
        }, cancelled);
        // What a rollback did cannot be rolled back to; CodePipeline refuses it.
        var succeeded = answer.PipelineExecutionSummaries.OrEmpty().Select(PipelineMapping.Execution).Where(e => e.ExecutionType != "ROLLBACK").ToList();
        var version = (await defining).Version;
        // The list does not tell which version of the pipeline an execution ran; each tells by itself.
        var versions = await Several.ReadAsync(succeeded, async (e, left) => PipelineMapping.Execution((await calls.On(connection).GetPipelineExecutionAsync(
            new Aws.GetPipelineExecutionRequest { PipelineName = pipeline, PipelineExecutionId = e.Id }, left)).PipelineExecution).PipelineVersion, cancelled);
        var current = succeeded.Where((_, i) => versions[i] == version).Select(e => e with { PipelineVersion = version }).ToValueList();
        return new RollbackTargets(current, succeeded.Count - current.Count, version);
    }

    public async Task<ValueList<SourceRevision>> RevisionsAsync(string connection, ActionDefinition source, CancellationToken cancelled = default)
    {
        string Setting(string name) => source.Configuration.FirstOrDefault(s => s.Name == name)?.Value ?? "";
        if (source.Provider != "S3" || Setting("S3Bucket").Length == 0)
            return [];
        var versions = await objects.VersionsAsync(connection, Setting("S3Bucket"), Setting("S3ObjectKey"), cancelled);
        return versions.Where(v => v.VersionId.Length > 0).Take(RevisionsAtMost)
            .Select(v => new SourceRevision(source.Name, v.VersionId, $"{v.Modified:yyyy-MM-dd HH:mm} UTC{(v.IsLatest ? ", the newest" : "")}")).ToValueList();
    }

    public Task<Page<PipelineExecution>> ExecutionsAsync(string connection, string pipeline, string? next = null, CancellationToken cancelled = default) =>
        calls.ExecutionsAsync(connection, pipeline, PageSize, next, cancelled);

    public async Task<ExecutionDetail> ExecutionAsync(string connection, string pipeline, string executionId, CancellationToken cancelled = default)
    {
        var answer = await calls.On(connection).GetPipelineExecutionAsync(
            new Aws.GetPipelineExecutionRequest { PipelineName = pipeline, PipelineExecutionId = executionId }, cancelled);
        var execution = PipelineMapping.Execution(answer.PipelineExecution);
        var actions = await calls.ActionsAsync(connection, pipeline, executionId, cancelled);
        if (await ListedAsync(connection, pipeline, executionId, cancelled) is { } listed)
            execution = listed with { PipelineVersion = execution.PipelineVersion, Variables = execution.Variables, Revisions = listed.Revisions.Count > 0 ? listed.Revisions : execution.Revisions };
        return new ExecutionDetail(execution, actions.Select(PipelineMapping.Execution).OrderBy(a => a.Started).ToValueList());
    }

    private async Task<PipelineExecution?> ListedAsync(string connection, string pipeline, string executionId, CancellationToken cancelled)
    {
        string? next = null;
        for (var page = 0; page < PagesBack; page++)
        {
            var listed = await calls.ExecutionsAsync(connection, pipeline, 100, next, cancelled);
            if (listed.Items.FirstOrDefault(e => e.Id == executionId) is { } found)
                return found;
            if ((next = listed.Next) is null)
                return null;
        }
        return null;
    }

    private async Task<ValueList<ResourceTag>> TagsAsync(string connection, string arn, CancellationToken cancelled)
    {
        if (arn.Length == 0)
            return [];
        var answer = await calls.On(connection).ListTagsForResourceAsync(new Aws.ListTagsForResourceRequest { ResourceArn = arn }, cancelled);
        return answer.Tags.OrEmpty().Select(t => new ResourceTag(t.Key, t.Value)).ToValueList();
    }

    private static CloudException Missing(string pipeline) =>
        new(new CloudFault(CloudFaultKind.NotFound, $"There is no pipeline named '{pipeline}'.", "PipelineNotFoundException"));
}
