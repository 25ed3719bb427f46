using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Engine.Pipelines.Definitions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Pipelines.Sources;

/// <summary>
/// Starts pipelines when their S3 object or CodeCommit branch changes: at once by the local cloud's events, and at start by a look
/// at each source, so that an upload just before a crash is not forgotten.
/// </summary>
internal sealed class SourceWatcher(PipelineEngine engine, PipelineStarter starter, CloudEventBus bus, ICloudCaller cloud, IHostApplicationLifetime lifetime, ILogger<SourceWatcher> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = bus.Subscribe(OnEvent);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        foreach (var book in engine.Books.ToList())
            await CatchUpAsync(book, stoppingToken);
        await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Runs a pipeline that was just created, on the revisions that its sources have now.</summary>
    public async Task RunNewAsync(PipelineBook book, string principal, CancellationToken cancelled)
    {
        var revisions = new Dictionary<string, string>();
        foreach (var action in book.Definition.Stages[0].Actions.Where(a => a.WatchesSource))
            if (await LookAsync(book, action, cancelled) is { } revision)
                revisions[action.Name] = revision;
        starter.StartNew(book, principal, revisions);
    }

    /// <summary>Starts a pipeline whose sources have changed since its last start.</summary>
    private async Task CatchUpAsync(PipelineBook book, CancellationToken cancelled)
    {
        foreach (var action in book.Definition.Stages[0].Actions.Where(a => a.WatchesSource))
            if (await LookAsync(book, action, cancelled) is { } revision)
                starter.StartForChange(book, action.Name, revision, Detail(book, action));
    }

    private async Task<string?> LookAsync(PipelineBook book, ActionDefinition action, CancellationToken cancelled)
    {
        try
        {
            return await RevisionAsync(book, action, cancelled);
        }
        catch (AwsException e)
        {
            logger.LogInformation("The source {Action} of {Pipeline} cannot be looked at: {Message}", action.Name, book.Pipeline.Name, e.Message);
            return null;
        }
    }

    private void OnEvent(CloudEvent happened)
    {
        var detail = happened.Detail;
        var (type, place, name, revision) = (happened.Source, happened.DetailType) switch
        {
            ("aws.s3", "Object Created") => ("S3", detail["bucket"]?["name"]?.GetValue<string>(), detail["object"]?["key"]?.GetValue<string>(),
                detail["object"]?["version-id"]?.GetValue<string>() ?? detail["object"]?["etag"]?.GetValue<string>()),
            ("aws.codecommit", "CodeCommit Repository State Change") => ("CodeCommit", detail.Text("repositoryName"), detail.Text("referenceName"), detail.Text("commitId")),
            _ => (null, null, null, null),
        };
        if (type is null || place is null || name is null || revision is null)
            return;
        foreach (var book in engine.Books.Where(b => b.Scope == happened.Scope))
            foreach (var action in book.Definition.Stages[0].Actions.Where(a => a.Provider == type && a.WatchesSource && Place(a) == (place, name)))
                starter.StartForChange(book, action.Name, revision, Detail(book, action));
    }

    private async Task<string?> RevisionAsync(PipelineBook book, ActionDefinition action, CancellationToken cancelled)
    {
        var (place, name) = Place(action);
        try
        {
            if (action.Provider == "S3")
            {
                var head = await cloud.CallAsync(book.Scope, "s3", "HeadObject", new() { ["Bucket"] = place, ["Key"] = name }, cancelled);
                return head.Text("VersionId") ?? head.Text("ETag")?.Trim('"');
            }
            if (action.Provider == "CodeCommit")
            {
                var branch = await cloud.CallAsync(book.Scope, "codecommit", "GetBranch", new() { ["repositoryName"] = place, ["branchName"] = name }, cancelled);
                return branch.Object("branch")?.Text("commitId");
            }
        }
        catch (AwsException e) when (e.Status == 404 || e.Code.StartsWith("NoSuch", StringComparison.Ordinal) || e.Code is "BranchDoesNotExistException" or "RepositoryDoesNotExistException")
        {
            return null;
        }
        return null;
    }

    private static (string Place, string Name) Place(ActionDefinition action) => action.Provider == "S3"
        ? (action.Configuration.GetValueOrDefault("S3Bucket", ""), action.Configuration.GetValueOrDefault("S3ObjectKey", ""))
        : (action.Configuration.GetValueOrDefault("RepositoryName", ""), action.Configuration.GetValueOrDefault("BranchName", ""));

    private static string Detail(PipelineBook book, ActionDefinition action)
    {
        var (place, name) = Place(action);
        return action.Provider == "S3" ? $"arn:aws:s3:::{place}/{name}" : $"{book.Scope.Arn("codecommit", place)}/{name}";
    }
}
