using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Pipelines.Runners;

/// <summary>Build/CodeBuild (and Test/CodeBuild): runs a project on the input artifact and follows the build to its end.</summary>
internal sealed class CodeBuildRunner(string category, TimeProvider time) : IActionRunner
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(300);

    public string Type => $"{category}/CodeBuild";

    public async Task<ActionOutcome> RunAsync(ActionContext context, CancellationToken cancelled)
    {
        var id = context.ExternalId;
        if (id is null)
        {
            var started = await context.CallAsync("codebuild", "StartBuild", Request(context), cancelled);
            id = started.Object("build")!.Required("id");
            context.Report(record => record.ExternalId = id);
        }
        while (true)
        {
            var answer = await context.CallAsync("codebuild", "BatchGetBuilds", new() { ["ids"] = new JsonArray(id) }, cancelled);
            var build = answer.Objects("builds").FirstOrDefault()
                ?? throw new ActionFailedException("JobFailed", $"The build {id} is gone");
            if (build.Text("buildStatus") is not "IN_PROGRESS")
                return Outcome(build, id);
            await Task.Delay(Poll, time, cancelled);
        }
    }

    private static JsonObject Request(ActionContext context)
    {
        if (context.Outputs.Count > 1)
            throw new ActionFailedException("ConfigurationError", "The local cloud offers one output artifact for each build action");
        var primary = context.Configuration.GetValueOrDefault("PrimarySource") is { Length: > 0 } name
            ? context.Inputs.FirstOrDefault(i => i.Name == name) ?? throw new ActionFailedException("ConfigurationError", $"PrimarySource names {name}, which is no input artifact")
            : context.Inputs[0];
        var variables = new JsonArray();
        if (context.SourceRevision is { } revision)
            variables.Add(new JsonObject { ["name"] = "CODEBUILD_RESOLVED_SOURCE_VERSION", ["value"] = revision, ["type"] = "PLAINTEXT" });
        if (context.Configuration.GetValueOrDefault("EnvironmentVariables") is { Length: > 0 } given)
            foreach (var variable in (JsonArray)JsonNode.Parse(given)!)
                variables.Add(new JsonObject
                {
                    ["name"] = variable!["name"]!.GetValue<string>(),
                    ["value"] = variable["value"]!.GetValue<string>(),
                    ["type"] = variable["type"]?.GetValue<string>() ?? "PLAINTEXT",
                });
        var request = new JsonObject
        {
            ["projectName"] = context.Required("ProjectName"),
            ["idempotencyToken"] = context.ActionExecutionId,
            ["sourceTypeOverride"] = "S3",
            ["sourceLocationOverride"] = $"{primary.Bucket}/{primary.Key}",
            ["environmentVariablesOverride"] = variables,
        };
        var others = context.Inputs.Where(i => i != primary).ToList();
        if (others.Count > 0)
            request["secondarySourcesOverride"] = new JsonArray([.. others.Select(o => (JsonNode)new JsonObject
            {
                ["type"] = "S3",
                ["location"] = $"{o.Bucket}/{o.Key}",
                ["sourceIdentifier"] = o.Name,
            })]);
        if (context.Outputs is [var output])
            request["artifactsOverride"] = new JsonObject
            {
                ["type"] = "S3",
                ["location"] = output.Bucket,
                ["path"] = output.Key[..output.Key.LastIndexOf('/')],
                ["name"] = output.Key[(output.Key.LastIndexOf('/') + 1)..],
                ["namespaceType"] = "NONE",
                ["packaging"] = "ZIP",
            };
        else
            request["artifactsOverride"] = new JsonObject { ["type"] = "NO_ARTIFACTS" };
        return request;
    }

    private static ActionOutcome Outcome(JsonObject build, string id)
    {
        var logs = build.Object("logs");
        var outcome = build.Text("buildStatus") == "SUCCEEDED"
            ? ActionOutcome.Success()
            : ActionOutcome.Failure("JobFailed", $"Build {id} ended {build.Text("buildStatus")}: {FailedPhase(build)}");
        return outcome with
        {
            ExternalId = id,
            ExternalUrl = logs?.Text("deepLink"),
            LogStreamArn = logs?.Text("cloudWatchLogsArn"),
            Variables = build.Objects("exportedEnvironmentVariables").ToDictionary(v => v.Required("name"), v => v.Text("value") ?? ""),
        };
    }

    private static string FailedPhase(JsonObject build)
    {
        var phase = build.Objects("phases").FirstOrDefault(p => p.Text("phaseStatus") is not (null or "SUCCEEDED"));
        var why = phase?.Objects("contexts").FirstOrDefault()?.Text("message");
        return phase is null ? "see its log" : $"phase {phase.Text("phaseType")}{(why is null ? "" : $": {why}")}";
    }
}
