using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Builds;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodeBuild;

/// <summary>Builds: start, stop, read.</summary>
internal sealed class BuildOperations(BuildStore store, BuildQueue queue, TimeProvider time) : IOperations
{
    private readonly Lock gate = new();

    public void Map(OperationMap map) => map
        .On("codebuild", "StartBuild", Start)
        .On("codebuild", "StopBuild", Stop)
        .On("codebuild", "BatchGetBuilds", BatchGet)
        .On("codebuild", "ListBuilds", call => Ids(call, store.Builds.List(call.Scope).Select(d => d.Value)))
        .On("codebuild", "ListBuildsForProject", ListForProject);

    private JsonObject Start(OperationCall call)
    {
        var name = ProjectOperations.NameOf(call.Scope, call.Input.Required("projectName"));
        var project = store.Projects.Find(call.Scope, name) ?? throw Missing(call, name);
        var effective = BuildOverrides.Apply(project, call.Input);
        ProjectRules.Check(effective);
        if (effective.Object("source")!.Text("type") == "CODEPIPELINE")
            throw ProjectRules.Invalid("A project with a source of type CODEPIPELINE is built by a pipeline, or with sourceTypeOverride and artifactsOverride");
        JsonObject document;
        lock (gate)
        {
            var all = store.OfProject(call.Scope, name).ToList();
            if (call.Input.Text("idempotencyToken") is { } token && all.Find(d => d.Object("request")!.Text("token") == token) is { } earlier)
                return new JsonObject { ["build"] = earlier.Object("build").Copy() };
            if (project.Whole("concurrentBuildLimit") is { } limit && all.Count(d => d.Object("build")!.Flag("buildComplete") != true) >= limit)
                throw new AwsException("AccountLimitExceededException", $"Project-level concurrent build limit cannot exceed {limit}");
            document = Document(call, effective, all.Count == 0 ? 1 : all.Max(d => d.Object("build")!.Whole("buildNumber")!.Value) + 1);
            store.Builds.TryAdd(call.Scope, document.Object("build")!.Required("id"), document);
        }
        var build = store.Phase(call.Scope, document.Object("build")!.Required("id"), "SUCCEEDED", "QUEUED").Object("build").Copy();
        queue.Start(call.Scope, build!.Required("id"));
        return new JsonObject { ["build"] = build };
    }

    private JsonObject Document(OperationCall call, JsonObject project, int number)
    {
        var now = time.GetUtcNow().ToEpoch();
        var (name, run) = (project.Required("name"), Guid.NewGuid().ToString());
        var build = project.Pick("source", "secondarySources", "secondarySourceVersions", "sourceVersion", "cache", "environment", "serviceRole",
            "timeoutInMinutes", "queuedTimeoutInMinutes", "vpcConfig", "encryptionKey");
        build["id"] = $"{name}:{run}";
        build["arn"] = call.Scope.Arn("codebuild", $"build/{name}:{run}");
        build["buildNumber"] = number;
        build["projectName"] = name;
        build["startTime"] = now;
        build["currentPhase"] = "SUBMITTED";
        build["buildStatus"] = "IN_PROGRESS";
        build["buildComplete"] = false;
        build["initiator"] = call.Principal.Split(':')[^1];
        build["phases"] = new JsonArray(new JsonObject { ["phaseType"] = "SUBMITTED", ["startTime"] = now });
        build["logs"] = Logs(call.Scope, project, name, run);
        var request = project.Pick("artifacts", "secondaryArtifacts");
        if (call.Input.Text("idempotencyToken") is { } token)
            request["token"] = token;
        return new JsonObject { ["build"] = build, ["request"] = request };
    }

    private static JsonObject Logs(Scope scope, JsonObject project, string name, string run)
    {
        var configured = project.Object("logsConfig")?.Object("cloudWatchLogs");
        if (configured?.Text("status") == "DISABLED")
            return new JsonObject { ["cloudWatchLogs"] = configured.Copy() };
        var group = configured?.Text("groupName") ?? $"/aws/codebuild/{name}";
        var stream = configured?.Text("streamName") is { } prefix ? $"{prefix}/{run}" : run;
        return new JsonObject
        {
            ["groupName"] = group,
            ["streamName"] = stream,
            ["cloudWatchLogsArn"] = scope.Arn("logs", $"log-group:{group}:log-stream:{stream}"),
            ["cloudWatchLogs"] = configured.Copy() ?? new JsonObject { ["status"] = "ENABLED" },
        };
    }

    private JsonObject Stop(OperationCall call)
    {
        var id = IdOf(call.Scope, call.Input.Required("id"));
        if (store.Builds.Find(call.Scope, id) is not { } document)
            throw new AwsException("ResourceNotFoundException", $"Build cannot be found: {call.Scope.Arn("codebuild", $"build/{id}")}");
        queue.Stop(id);
        return new JsonObject { ["build"] = document.Object("build").Copy() };
    }

    private JsonObject BatchGet(OperationCall call)
    {
        var (found, missing) = (new JsonArray(), new JsonArray());
        foreach (var id in call.Input.Texts("ids"))
        {
            if (store.Builds.Find(call.Scope, IdOf(call.Scope, id)) is { } document)
                found.Add(document.Object("build").Copy());
            else
                missing.Add(id);
        }
        return new JsonObject { ["builds"] = found, ["buildsNotFound"] = missing };
    }

    private JsonObject ListForProject(OperationCall call)
    {
        var name = ProjectOperations.NameOf(call.Scope, call.Input.Required("projectName"));
        return store.Projects.Find(call.Scope, name) is null ? throw Missing(call, name) : Ids(call, store.OfProject(call.Scope, name));
    }

    private static JsonObject Ids(OperationCall call, IEnumerable<JsonObject> documents)
    {
        var ids = documents.Select(d => d.Object("build")!.Required("id")).ToList();
        if (call.Input.Text("sortOrder") != "ASCENDING")
            ids.Reverse();
        var (page, next) = Paging.Take(ids, i => i, call.Input.Text("nextToken"), 100, () => ProjectRules.Invalid("Invalid token"));
        return new JsonObject { ["ids"] = page.ToJson(), ["nextToken"] = next };
    }

    private static string IdOf(Scope scope, string id)
    {
        var prefix = scope.Arn("codebuild", "build/");
        return id.StartsWith(prefix, StringComparison.Ordinal) ? id[prefix.Length..] : id;
    }

    private static AwsException Missing(OperationCall call, string name) =>
        new("ResourceNotFoundException", $"Project cannot be found: {call.Scope.Arn("codebuild", $"project/{name}")}");
}
