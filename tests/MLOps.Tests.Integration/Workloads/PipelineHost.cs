using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.Workloads;

/// <summary>Short ways to define pipelines and to wait for what they do.</summary>
internal static class PipelineHost
{
    public static JsonObject Action(string name, string category, string provider, JsonObject configuration, string? input = null, string? output = null, string? space = null, int order = 1)
    {
        var action = new JsonObject
        {
            ["name"] = name,
            ["actionTypeId"] = new JsonObject { ["category"] = category, ["owner"] = "AWS", ["provider"] = provider, ["version"] = "1" },
            ["configuration"] = configuration,
            ["runOrder"] = order,
        };
        if (input is not null)
            action["inputArtifacts"] = new JsonArray(new JsonObject { ["name"] = input });
        if (output is not null)
            action["outputArtifacts"] = new JsonArray(new JsonObject { ["name"] = output });
        if (space is not null)
            action["namespace"] = space;
        return action;
    }

    public static async Task CreateAsync(this CloudHost cloud, string name, params (string Stage, JsonObject[] Actions)[] stages) =>
        await cloud.CallAsync("codepipeline", "CreatePipeline", new JsonObject
        {
            ["pipeline"] = new JsonObject
            {
                ["name"] = name,
                ["roleArn"] = cloud.Role,
                ["pipelineType"] = "V2",
                ["artifactStore"] = new JsonObject { ["type"] = "S3", ["location"] = "work" },
                ["stages"] = new JsonArray([.. stages.Select(s => new JsonObject { ["name"] = s.Stage, ["actions"] = new JsonArray([.. s.Actions]) })]),
            },
        });

    public static async Task<List<JsonObject>> ExecutionsAsync(this CloudHost cloud, string name) =>
        [.. (await cloud.CallAsync("codepipeline", "ListPipelineExecutions", new JsonObject { ["pipelineName"] = name })).Objects("pipelineExecutionSummaries")];

    public static async Task<JsonObject> StageAsync(this CloudHost cloud, string name, string stage) =>
        (await cloud.CallAsync("codepipeline", "GetPipelineState", new JsonObject { ["name"] = name })).Objects("stageStates").First(s => s.Text("stageName") == stage);

    /// <summary>The token of a stage's approval, once it waits.</summary>
    public static async Task<string> TokenAsync(this CloudHost cloud, string name, string stage) => Token(await CloudHost.EventuallyAsync(
        () => cloud.StageAsync(name, stage), s => Token(s) is not null, 60))!;

    public static async Task<JsonObject> StatusAsync(this CloudHost cloud, string name, string status, int index = 0) => (await CloudHost.EventuallyAsync(
        () => cloud.ExecutionsAsync(name), e => e.Count > index && e[^(index + 1)].Text("status") == status, 60))[^(index + 1)];

    public static async Task ApproveAsync(this CloudHost cloud, string name, string stage, string action, string token) =>
        await cloud.CallAsync("codepipeline", "PutApprovalResult", new JsonObject
        {
            ["pipelineName"] = name,
            ["stageName"] = stage,
            ["actionName"] = action,
            ["token"] = token,
            ["result"] = new JsonObject { ["status"] = "Approved", ["summary"] = "good" },
        });

    public static string? Token(JsonObject stage) => stage.Objects("actionStates").First().Object("latestExecution")?.Text("token");
}
