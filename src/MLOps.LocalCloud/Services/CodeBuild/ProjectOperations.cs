using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine;
using MLOps.LocalCloud.Engine.Builds;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodeBuild;

/// <summary>Build projects.</summary>
internal sealed class ProjectOperations(BuildStore store, WorkloadCredentials credentials, TimeProvider time) : IOperations
{
    private static readonly string[] Members =
    [
        "description", "source", "secondarySources", "sourceVersion", "secondarySourceVersions", "artifacts", "secondaryArtifacts", "cache", "environment",
        "serviceRole", "timeoutInMinutes", "queuedTimeoutInMinutes", "encryptionKey", "tags", "vpcConfig", "logsConfig", "fileSystemLocations",
        "buildBatchConfig", "concurrentBuildLimit", "autoRetryLimit",
    ];

    public void Map(OperationMap map) => map
        .On("codebuild", "CreateProject", CreateAsync)
        .On("codebuild", "UpdateProject", UpdateAsync)
        .On("codebuild", "DeleteProject", Delete)
        .On("codebuild", "BatchGetProjects", BatchGet)
        .On("codebuild", "ListProjects", List);

    private async Task<OperationAnswer> CreateAsync(OperationCall call)
    {
        var name = call.Input.Required("name");
        var now = time.GetUtcNow().ToEpoch();
        var project = new JsonObject
        {
            ["name"] = name,
            ["arn"] = call.Scope.Arn("codebuild", $"project/{name}"),
            ["created"] = now,
            ["timeoutInMinutes"] = 60,
            ["queuedTimeoutInMinutes"] = 480,
            ["encryptionKey"] = call.Scope.Arn("kms", "alias/aws/s3"),
            ["cache"] = new JsonObject { ["type"] = "NO_CACHE" },
            ["badge"] = new JsonObject { ["badgeEnabled"] = false },
            ["projectVisibility"] = "PRIVATE",
        };
        await ApplyAsync(call, project);
        return store.Projects.TryAdd(call.Scope, name, project)
            ? new JsonObject { ["project"] = project.Copy() }
            : throw new AwsException("ResourceAlreadyExistsException", $"Project already exists: {project.Text("arn")}");
    }

    private async Task<OperationAnswer> UpdateAsync(OperationCall call)
    {
        var name = call.Input.Required("name");
        var changed = (store.Projects.Find(call.Scope, name) ?? throw Missing(call, name)).Copy()!;
        await ApplyAsync(call, changed);
        var updated = store.Projects.Update(call.Scope, name, project =>
        {
            foreach (var member in Members.Append("lastModified"))
                project[member] = changed[member].Copy();
        });
        return new JsonObject { ["project"] = updated?.Copy() ?? throw Missing(call, name) };
    }

    /// <summary>A project that is not there is no error.</summary>
    private JsonObject Delete(OperationCall call)
    {
        store.Projects.Remove(call.Scope, NameOf(call.Scope, call.Input.Required("name")));
        return [];
    }

    private JsonObject BatchGet(OperationCall call)
    {
        var (found, missing) = (new JsonArray(), new JsonArray());
        foreach (var name in call.Input.Texts("names"))
        {
            if (store.Projects.Find(call.Scope, NameOf(call.Scope, name)) is { } project)
                found.Add(project.Copy());
            else
                missing.Add(name);
        }
        return new JsonObject { ["projects"] = found, ["projectsNotFound"] = missing };
    }

    private JsonObject List(OperationCall call)
    {
        var all = store.Projects.List(call.Scope).Select(d => d.Value);
        all = call.Input.Text("sortBy") switch
        {
            "CREATED_TIME" => all.OrderBy(p => p.Number("created")),
            "LAST_MODIFIED_TIME" => all.OrderBy(p => p.Number("lastModified")),
            _ => all.OrderBy(p => p.Text("name"), StringComparer.Ordinal),
        };
        if (call.Input.Text("sortOrder") == "DESCENDING")
            all = all.Reverse();
        var (page, next) = Paging.Take([.. all.Select(p => p.Required("name"))], n => n, call.Input.Text("nextToken"), 100, () => ProjectRules.Invalid("Invalid token"));
        return new JsonObject { ["projects"] = page.ToJson(), ["nextToken"] = next };
    }

    private async Task ApplyAsync(OperationCall call, JsonObject project)
    {
        if (call.Input.Flag("badgeEnabled") == true)
            throw ProjectRules.Invalid("The local cloud does not offer build badges");
        foreach (var member in Members)
            if (call.Input[member] is { } value)
                project[member] = value.DeepClone();
        project["lastModified"] = time.GetUtcNow().ToEpoch();
        ProjectRules.Check(project);
        try
        {
            await credentials.AssumeAsync(call.Scope, project.Required("serviceRole"), "check", call.Cancelled);
        }
        catch (AwsException)
        {
            throw ProjectRules.Invalid($"CodeBuild is not authorized to perform: sts:AssumeRole on service role. Please verify that: 1) The provided service role exists, 2) The role name is case-sensitive and matches exactly, and 3) The role has the necessary trust policy configured. ({project.Text("serviceRole")})");
        }
    }

    /// <summary>Projects are named by name or ARN.</summary>
    internal static string NameOf(Scope scope, string name)
    {
        var prefix = scope.Arn("codebuild", "project/");
        return name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
    }

    private static AwsException Missing(OperationCall call, string name) =>
        new("ResourceNotFoundException", $"Project cannot be found: {call.Scope.Arn("codebuild", $"project/{name}")}");
}
