using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Tests.Fakes;
using MLOps.Tests.Unit.Cloud;

namespace MLOps.Tests.Integration.Audit;

/// <summary>
/// CodePipeline as far as one approval goes, behind the real clients and the real commands: one execution waits there with its token;
/// the first answer with that token counts; a newer execution may take the place at any moment.
/// </summary>
internal sealed class ApprovalDesk : IDisposable
{
    private const string Stage = "DeployApproval";
    private const string Action = "ApproveDeploy";

    private readonly StubCloud cloud = new();
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Status, string Summary)> ended = [];
    private string waiting = "";
    private int calls;

    public ApprovalDesk() => cloud
        .On("GetPipeline", _ => Seen(Definition))
        .On("GetPipelineState", _ => Seen(State))
        .On("ListActionExecutions", input => Seen(() => Actions(input["filter"]!["pipelineExecutionId"]!.GetValue<string>())))
        .On("GetPipelineExecution", input => Seen(() => Execution(input["pipelineExecutionId"]!.GetValue<string>())))
        .On("PutApprovalResult", input => Seen(() => Answer(input)));

    /// <summary>Every answer that was sent, whatever became of it.</summary>
    public IReadOnlyList<JsonObject> Sent => cloud.InputsOf("PutApprovalResult");

    /// <summary>Executions whose approval was answered with yes.</summary>
    public IReadOnlyList<string> Approved
    {
        get
        {
            lock (gate)
                return [.. ended.Where(e => e.Value.Status == "Approved").Select(e => e.Key)];
        }
    }

    /// <summary>Before this call, counted from the last <see cref="Wait"/>, a newer execution takes the place.</summary>
    public int OvertakeBefore { get; set; } = -1;

    public static string TokenOf(string execution) => $"token-of-{execution}";

    /// <summary>An execution comes to the approval.</summary>
    public void Wait(string execution)
    {
        lock (gate)
            (waiting, calls) = (execution, 0);
    }

    /// <summary>From here on calls are counted.</summary>
    public void CountFromHere()
    {
        lock (gate)
            calls = 0;
    }

    public void Register(IServiceCollection services)
    {
        var after = new AfterCommand(NullLogger<AfterCommand>.Instance);
        services.AddSingleton<IApprovalCommands>(new ApprovalCommands(new PipelineCalls(cloud), new NoSnapshots(), after));
    }

    public void Dispose() => cloud.Dispose();

    private JsonObject Seen(Func<JsonObject> answer)
    {
        lock (gate)
        {
            if (calls++ == OvertakeBefore && !ended.ContainsKey(waiting))
            {
                ended[waiting] = ("Superseded", "");
                waiting = Newer(waiting);
            }
            return answer();
        }
    }

    public static string Newer(string execution) => execution + "-newer";

    private JsonObject Answer(JsonObject input)
    {
        var token = input["token"]!.GetValue<string>();
        if (token != TokenOf(waiting))
            throw new StubError("InvalidApprovalTokenException", "The approval token is invalid.");
        if (!ended.TryAdd(waiting, (input["result"]!["status"]!.GetValue<string>(), input["result"]!["summary"]!.GetValue<string>())))
            throw new StubError("ApprovalAlreadyCompletedException", "The approval was answered already.");
        return Json("""{"approvedAt": 1735732800.5}""");
    }

    private static JsonObject Definition() => Json($$"""
        {"pipeline": {"name": "{{IrisStory.Pipeline}}", "version": 1, "executionMode": "SUPERSEDED", "stages": [{"name": "{{Stage}}", "actions": [
          {"name": "{{Action}}", "actionTypeId": {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"} }] }] } }
        """);

    private JsonObject State()
    {
        var status = ended.TryGetValue(waiting, out var end) ? end.Status == "Approved" ? "Succeeded" : "Failed" : "InProgress";
        return Json($$"""
            {"pipelineName": "{{IrisStory.Pipeline}}", "stageStates": [{"stageName": "{{Stage}}",
              "latestExecution": {"pipelineExecutionId": "{{waiting}}", "status": "{{status}}"},
              "actionStates": [{"actionName": "{{Action}}", "latestExecution": {"status": "{{status}}"{{(status == "InProgress" ? $", \"token\": \"{TokenOf(waiting)}\"" : "")}} } }]}]}
            """);
    }

    private JsonObject Actions(string execution)
    {
        if (!ended.TryGetValue(execution, out var end) || end.Status == "Superseded")
            return Json("""{"actionExecutionDetails": []}""");
        return Json($$"""
            {"actionExecutionDetails": [{"pipelineExecutionId": "{{execution}}", "actionExecutionId": "a", "stageName": "{{Stage}}", "actionName": "{{Action}}",
              "status": "{{(end.Status == "Approved" ? "Succeeded" : "Failed")}}", "startTime": 1735732800, "lastUpdateTime": 1735732900, "updatedBy": "arn:aws:sts::123456789012:assumed-role/portal/mlops",
              "input": {"actionTypeId": {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"} },
              "output": {"executionResult": {"externalExecutionSummary": "{{end.Summary}}"} } }]}
            """);
    }

    private JsonObject Execution(string execution) => Json($$"""
        {"pipelineExecution": {"pipelineExecutionId": "{{execution}}", "status": "{{(ended.TryGetValue(execution, out var end) ? end.Status == "Superseded" ? "Superseded" : "Succeeded" : "InProgress")}}"} }
        """);

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private sealed class NoSnapshots : IInventory<PipelineSnapshot>
    {
        public InventoryState<PipelineSnapshot> Current(string connection) => InventoryState<PipelineSnapshot>.Loading;

        public InventorySubscription<PipelineSnapshot> Subscribe(string connection) => throw new NotSupportedException();

        public Task RefreshAsync(string connection, string? key = null, CancellationToken cancelled = default) => Task.CompletedTask;
    }
}
