using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MLOps.LocalCloud.Protocol;
using MLOps.Tests.Fakes;
using MLOps.Tests.Integration.Workloads;

namespace MLOps.Tests.Integration.Audit;

/// <summary>
/// The local cloud's CodePipeline on a port of its own, with one pipeline that asks for an approval. Its wire can be watched: each answer to an
/// approval that arrives is counted, and a call or its answer may be held up.
/// </summary>
public sealed class ApprovalCloud : CloudHost
{
    public const string Stage = "DeployApproval";
    public const string Action = "ApproveDeploy";
    public const string Answer = "PutApprovalResult";
    private readonly ConcurrentQueue<JsonObject> sent = new();

    /// <summary>Every answer that arrived, whatever became of it; the oldest first.</summary>
    public IReadOnlyList<JsonObject> Sent => [.. sent];

    /// <summary>Is awaited when a call of CodePipeline has arrived, by its operation, before the cloud hears of it.</summary>
    public Func<string, Task>? Arrived { get; set; }

    /// <summary>Is awaited when the cloud has done it, before its answer goes out.</summary>
    public Func<string, Task>? Done { get; set; }

    public static async Task<ApprovalCloud> BeginAsync()
    {
        var cloud = new ApprovalCloud();
        await cloud.InitializeAsync();
        await cloud.PutAsync("model.zip", Zip(("model.txt", "a model")));
        await cloud.CreateAsync(IrisStory.Pipeline,
            ("Source", [PipelineHost.Action("SourceAction", "Source", "S3", new JsonObject { ["S3Bucket"] = "work", ["S3ObjectKey"] = "model.zip" }, output: "Model")]),
            (Stage, [PipelineHost.Action(Action, "Approval", "Manual", new JsonObject())]));
        return cloud;
    }

    /// <summary>The execution that waits for its answer, other than those before.</summary>
    public async Task<string> WaitingAsync(params IReadOnlyCollection<string> before) =>
        (await EventuallyAsync(StageAsync, s => s.Token is not null && !before.Contains(s.Execution), 60)).Execution;

    /// <summary>Starts a further run: it waits before the stage until the run there has ended.</summary>
    public async Task<string> StartAsync() =>
        (await CallAsync("codepipeline", "StartPipelineExecution", new JsonObject { ["name"] = IrisStory.Pipeline })).Required("pipelineExecutionId");

    /// <summary>Takes a run out of the stage, as somebody does who wants the next one there.</summary>
    public Task AbandonAsync(string execution) => CallAsync("codepipeline", "StopPipelineExecution",
        new JsonObject { ["pipelineName"] = IrisStory.Pipeline, ["pipelineExecutionId"] = execution, ["abandon"] = true, ["reason"] = "overtaken" });

    public async Task<string> TokenAsync() => (await EventuallyAsync(StageAsync, s => s.Token is not null, 60)).Token!;

    /// <summary>How the approval of a run ended: <c>Succeeded</c>, <c>Failed</c>, <c>Abandoned</c>… with its summary; null where it has not begun.</summary>
    public async Task<(string Status, string Summary)?> EndOfAsync(string execution)
    {
        var actions = (await CallAsync("codepipeline", "ListActionExecutions", new JsonObject
        {
            ["pipelineName"] = IrisStory.Pipeline, ["filter"] = new JsonObject { ["pipelineExecutionId"] = execution },
        })).Objects("actionExecutionDetails").Where(a => a.Text("actionName") == Action).ToList();
        return actions is [var one, ..] ? (one.Required("status"), one.Object("output")?.Object("executionResult")?.Text("externalExecutionSummary") ?? "") : null;
    }

    /// <summary>The runs whose approval was answered with yes.</summary>
    public async Task<IReadOnlyList<string>> ApprovedAsync()
    {
        var approved = new List<string>();
        string? next = null;
        do
        {
            var input = new JsonObject { ["pipelineName"] = IrisStory.Pipeline, ["maxResults"] = 100 };
            if (next is not null)
                input["nextToken"] = next;
            var page = await CallAsync("codepipeline", "ListActionExecutions", input);
            approved.AddRange(page.Objects("actionExecutionDetails").Where(a => a.Text("actionName") == Action && a.Text("status") == "Succeeded").Select(a => a.Required("pipelineExecutionId")));
            next = page.Text("nextToken");
        }
        while (next is not null);
        return approved;
    }

    protected override void Configure(IServiceCollection services) => services.AddSingleton<IStartupFilter>(new Wire(this));

    private async Task<(string Execution, string? Token)> StageAsync()
    {
        var stage = await this.StageAsync(IrisStory.Pipeline, Stage);
        var waits = stage.Objects("actionStates").FirstOrDefault()?.Object("latestExecution");
        return (stage.Object("latestExecution")?.Text("pipelineExecutionId") ?? "", waits?.Text("status") == "InProgress" ? waits.Text("token") : null);
    }

    private async Task WatchAsync(HttpContext context, RequestDelegate next)
    {
        var target = context.Request.Headers["X-Amz-Target"].ToString();
        if (!target.StartsWith("CodePipeline", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }
        var operation = target[(target.IndexOf('.', StringComparison.Ordinal) + 1)..];
        // All of it is here: what comes of it does not depend any more on who sent it.
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        body.Position = 0;
        context.Request.Body = body;
        context.RequestAborted = CancellationToken.None;
        if (operation == Answer)
            sent.Enqueue(JsonNode.Parse(body.ToArray())!.AsObject());
        await (Arrived?.Invoke(operation) ?? Task.CompletedTask);
        var (wire, answer) = (context.Response.Body, new MemoryStream());
        context.Response.Body = answer;
        await next(context);
        await (Done?.Invoke(operation) ?? Task.CompletedTask);
        answer.Position = 0;
        await answer.CopyToAsync(wire, CancellationToken.None);
    }

    private sealed class Wire(ApprovalCloud cloud) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(following => context => cloud.WatchAsync(context, following));
            next(app);
        };
    }
}
