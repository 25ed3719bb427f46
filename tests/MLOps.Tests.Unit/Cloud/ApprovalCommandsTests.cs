using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;

namespace MLOps.Tests.Unit.Cloud;

public sealed class ApprovalCommandsTests : IDisposable
{
    private const string Token = "1a2b3c4d-token";
    private const string Approver = "arn:aws:sts::123456789012:assumed-role/portal/ada";

    private readonly StubCloud cloud = new();
    private readonly ApprovalCommands commands;

    public ApprovalCommandsTests()
    {
        commands = new ApprovalCommands(new PipelineCalls(cloud), new NoInventory(), new AfterCommand(NullLogger<AfterCommand>.Instance));
        cloud.On("GetPipeline", Definition("SUPERSEDED"))
            .On("GetPipelineState", State("exec-1", "InProgress", Token))
            .On("PutApprovalResult", """{"approvedAt": 1735732800.5}""");
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => cloud.Dispose();

    [Fact]
    public async Task Answer_ItsExecutionWaits_IsTakenWithTheTokenOfTheState()
    {
        var outcome = await AnswerAsync("exec-1");

        outcome.Should().Be(new ApprovalOutcome.Done(DateTimeOffset.FromUnixTimeMilliseconds(1735732800500)));
        var sent = cloud.InputsOf("PutApprovalResult").Should().ContainSingle().Subject;
        sent["token"]!.GetValue<string>().Should().Be(Token);
        sent["result"]!.ToJsonString().Should().Be("""{"summary":"Ada: good","status":"Approved"}""");
    }

    [Fact]
    public async Task Answer_AnotherExecutionWaitsThere_IsSupersededAndNothingIsAnswered()
    {
        cloud.On("GetPipelineState", State("exec-2", "InProgress", "another-token"))
            .On("ListActionExecutions", Actions())
            .On("GetPipelineExecution", Execution("Superseded"));

        var outcome = await AnswerAsync("exec-1");

        outcome.Should().Be(new ApprovalOutcome.Superseded("exec-2"));
        cloud.InputsOf("PutApprovalResult").Should().BeEmpty();
    }

    [Fact]
    public async Task Answer_TokenIsNotTheOneLookedAt_IsRefused()
    {
        var outcome = await commands.AnswerAsync("local", Answer("exec-1") with { TokenDigest = ApprovalToken.Digest("the token before a retry") }, Cancelled);

        outcome.Should().BeOfType<ApprovalOutcome.Superseded>();
        cloud.InputsOf("PutApprovalResult").Should().BeEmpty();
    }

    [Fact]
    public async Task Answer_SomebodyWasQuicker_TellsWhoAndWhat()
    {
        cloud.On("PutApprovalResult", _ =>
        {
            cloud.On("GetPipelineState", State("exec-1", "Failed", null))
                .On("ListActionExecutions", Actions(Action("Failed", summary: "Grace: accuracy fell", by: Approver)));
            throw new StubError("InvalidApprovalTokenException", "The approval token is invalid.");
        });

        var outcome = await AnswerAsync("exec-1");

        outcome.Should().Be(new ApprovalOutcome.AlreadyAnswered(false, Approver, DateTimeOffset.FromUnixTimeSeconds(1735732900), "Grace: accuracy fell"));
    }

    [Fact]
    public async Task Answer_NobodyAnsweredInTime_IsExpired()
    {
        cloud.On("GetPipelineState", State("exec-1", "Failed", null))
            .On("ListActionExecutions", Actions(Action("Failed", end: 1735732800 + (7 * 86400))));

        (await AnswerAsync("exec-1")).Should().Be(new ApprovalOutcome.Expired());
    }

    [Fact]
    public async Task Answer_ParallelMode_TakesTheTokenFromTheActionExecution()
    {
        cloud.On("GetPipeline", Definition("PARALLEL"))
            .On("GetPipelineState", State("exec-9", "InProgress", null))
            .On("ListActionExecutions", input =>
            {
                input["filter"]!["pipelineExecutionId"]!.GetValue<string>().Should().Be("exec-1");
                return JsonNode.Parse(Actions(Action("InProgress", external: "parallel-token")))!.AsObject();
            });

        (await AnswerAsync("exec-1")).Should().BeOfType<ApprovalOutcome.Done>();
        cloud.InputsOf("PutApprovalResult").Single()["token"]!.GetValue<string>().Should().Be("parallel-token");
    }

    [Fact]
    public async Task Answer_NotComeThatFar_SaysWhereTheExecutionStands()
    {
        cloud.On("GetPipelineState", State("exec-0", "Succeeded", null))
            .On("ListActionExecutions", Actions())
            .On("GetPipelineExecution", Execution("InProgress"));

        (await AnswerAsync("exec-1")).Should().Be(new ApprovalOutcome.NotWaiting("InProgress"));
    }

    [Fact]
    public async Task Answer_NoSuchPipelineOrAction_IsNotFound()
    {
        (await commands.AnswerAsync("local", Answer("exec-1") with { Action = "Other" }, Cancelled)).Should().BeOfType<ApprovalOutcome.NotFound>();
        cloud.On("GetPipeline", _ => throw new StubError("PipelineNotFoundException", "Account does not have a pipeline with that name"));
        (await AnswerAsync("exec-1")).Should().Be(new ApprovalOutcome.NotFound("pipeline 'iris'"));
    }

    [Fact]
    public async Task Answer_CloudThrottles_ThrowsTheFault()
    {
        cloud.On("PutApprovalResult", _ => throw new StubError("ThrottlingException", "Rate exceeded"));

        var answer = () => AnswerAsync("exec-1");

        (await answer.Should().ThrowAsync<CloudException>()).Which.Fault.Should().Be(new CloudFault(CloudFaultKind.Throttled, "Rate exceeded", "ThrottlingException", "request-1"));
    }

    private Task<ApprovalOutcome> AnswerAsync(string execution) => commands.AnswerAsync("local", Answer(execution), Cancelled);

    private static ApprovalAnswer Answer(string execution) => new("iris", "Approve", "Decide", execution, true, "Ada: good");

    private static string Definition(string mode) => $$"""
        {"pipeline": {"name": "iris", "version": 1, "executionMode": "{{mode}}", "stages": [{"name": "Approve", "actions": [
          {"name": "Decide", "actionTypeId": {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"} }] }] } }
        """;

    private static string State(string execution, string status, string? token) => $$"""
        {"pipelineName": "iris", "stageStates": [{"stageName": "Approve",
          "latestExecution": {"pipelineExecutionId": "{{execution}}", "status": "{{status}}"},
          "actionStates": [{"actionName": "Decide", "latestExecution": {"status": "{{status}}"{{(token is null ? "" : $", \"token\": \"{token}\"")}} } }]}]}
        """;

    private static string Execution(string status) => $$"""{"pipelineExecution": {"pipelineExecutionId": "exec-1", "status": "{{status}}"} }""";

    private static string Actions(params string[] actions) => $$"""{"actionExecutionDetails": [{{string.Join(',', actions)}}] }""";

    private static string Action(string status, string summary = "", string by = "", string external = "", long end = 1735732900) => $$"""
        {"pipelineExecutionId": "exec-1", "actionExecutionId": "a-1", "stageName": "Approve", "actionName": "Decide", "status": "{{status}}",
         "startTime": 1735732800, "lastUpdateTime": {{end}}, "updatedBy": "{{by}}",
         "input": {"actionTypeId": {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"} },
         "output": {"executionResult": {"externalExecutionSummary": "{{summary}}", "externalExecutionId": "{{external}}"} } }
        """;

    private sealed class NoInventory : IInventory<PipelineSnapshot>
    {
        public InventoryState<PipelineSnapshot> Current(string connection) => InventoryState<PipelineSnapshot>.Loading;

        public InventorySubscription<PipelineSnapshot> Subscribe(string connection) => throw new NotSupportedException();

        public Task RefreshAsync(string connection, string? key = null, CancellationToken cancelled = default) => Task.CompletedTask;
    }
}
