using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Engine.Pipelines;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.CodePipeline;
using MLOps.LocalCloud.State;

namespace MLOps.Tests.Unit.LocalCloud.Pipelines;

/// <summary>A pipeline engine on a store of its own, whose actions end when the test says so. <see cref="Restart"/> is a crash.</summary>
internal sealed class PipelineBench : IDisposable
{
    public const string Pipeline = "p";
    private readonly string folder = Directory.CreateTempSubdirectory("pipelines-").FullName;
    private readonly Dictionary<string, OperationHandler> operations = [];
    private DocumentStore store = null!;

    public PipelineBench(string mode = "SUPERSEDED")
    {
        Boot();
        Engine.Add(Scope, new PipelineRecord
        {
            Name = Pipeline,
            Created = Time.GetUtcNow(),
            Version = 1,
            Versions = { [1] = Declaration(mode) },
        });
    }

    public static Scope Scope { get; } = new("123456789012", "us-east-1");
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    public PipelineEngine Engine { get; private set; } = null!;
    public FakeRunner Source { get; private set; } = null!;
    public FakeRunner Train { get; private set; } = null!;
    public FakeRunner Deploy { get; private set; } = null!;
    public List<CloudEvent> Events { get; } = [];

    public PipelineBook Book => Engine.Find(Scope, Pipeline)!;

    public ExecutionRecord Run(string id) => Book.Find(id)!;

    /// <summary>Everything that is not on disk is lost; the engine starts again on what is.</summary>
    public void Restart()
    {
        store.Dispose();
        Boot();
        ((Lifetime)lifetime).Start();
    }

    public string Start() => Call("StartPipelineExecution", new() { ["name"] = Pipeline }).Text("pipelineExecutionId")!;

    /// <summary>Starts a run and lets it reach the approval.</summary>
    public string StartToApproval()
    {
        var id = Start();
        Source.End(id);
        Train.End(id);
        return id;
    }

    public JsonObject Approve(string token, string status = "Approved", string summary = "fine") => Call("PutApprovalResult", new()
    {
        ["pipelineName"] = Pipeline,
        ["stageName"] = "Approve",
        ["actionName"] = "Gate",
        ["token"] = token,
        ["result"] = new JsonObject { ["status"] = status, ["summary"] = summary },
    });

    public string Token(string id) => Run(id).Stages["Approve"].Latest("Gate")!.Token!;

    public JsonObject Retry(string id, string stage, string mode = "FAILED_ACTIONS") => Call("RetryStageExecution",
        new() { ["pipelineName"] = Pipeline, ["pipelineExecutionId"] = id, ["stageName"] = stage, ["retryMode"] = mode });

    public JsonObject Stop(string id, bool abandon = false) => Call("StopPipelineExecution",
        new() { ["pipelineName"] = Pipeline, ["pipelineExecutionId"] = id, ["abandon"] = abandon, ["reason"] = "a test" });

    public JsonObject Rollback(string target, string stage) => Call("RollbackStage",
        new() { ["pipelineName"] = Pipeline, ["targetPipelineExecutionId"] = target, ["stageName"] = stage });

    public JsonObject Transition(string operation, string stage) => Call(operation,
        new() { ["pipelineName"] = Pipeline, ["stageName"] = stage, ["transitionType"] = "Inbound", ["reason"] = "freeze" });

    public JsonObject State() => Call("GetPipelineState", new() { ["name"] = Pipeline });

    public JsonObject Call(string operation, JsonObject input)
    {
        var answer = operations[operation](new OperationCall("codepipeline", operation, Scope, input) { Principal = "arn:aws:iam::123456789012:user/test" });
        answer.IsCompleted.Should().BeTrue("these operations answer at once");
        return answer.GetAwaiter().GetResult().Output;
    }

    public void Dispose()
    {
        store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private IHostApplicationLifetime lifetime = null!;

    private void Boot()
    {
        var state = new StateFolder(Options.Create(new LocalCloudOptions { StateFolder = folder }));
        store = new DocumentStore(state);
        lifetime = new Lifetime();
        var bus = new CloudEventBus(NullLogger<CloudEventBus>.Instance);
        bus.Subscribe(e => { lock (Events) Events.Add(e); });
        (Source, Train, Deploy) = (new FakeRunner("Source/S3"), new FakeRunner("Invoke/Lambda"), new FakeRunner("Deploy/CloudFormation"));
        var dispatcher = new ActionDispatcher([Source, Train, Deploy], new NoCloud(), NullLogger<ActionDispatcher>.Instance);
        Engine = new PipelineEngine(store, bus, Time, dispatcher, lifetime);
        foreach (var runner in new[] { Source, Train, Deploy })
            runner.Finished = (id, record) => SpinWait.SpinUntil(() => PipelineEngine.Read(Book, b => b.Find(id)!.Stages.Values.SelectMany(s => s.Actions).First(a => a.Id == record).Status != "InProgress"), 30_000).Should().BeTrue();
        Engine.StartAsync(default).GetAwaiter().GetResult();
        var starter = new PipelineStarter(Engine, Time);
        var map = new OperationMap();
        foreach (var group in new IOperations[] { new ExecutionOperations(Engine, starter, Time), new ApprovalOperations(Engine, Time), new StateOperations(Engine), new TransitionOperations(Engine, Time), new HistoryOperations(Engine) })
            group.Map(map);
        foreach (var name in new[] { "StartPipelineExecution", "StopPipelineExecution", "RetryStageExecution", "RollbackStage", "PutApprovalResult", "GetPipelineState", "EnableStageTransition", "DisableStageTransition", "ListPipelineExecutions", "ListActionExecutions", "GetPipelineExecution" })
            operations[name] = map.Find("codepipeline", name)!;
    }

    private static JsonObject Declaration(string mode)
    {
        static JsonObject Stage(string name, params JsonObject[] actions) => new() { ["name"] = name, ["actions"] = new JsonArray([.. actions]) };
        static JsonObject Action(string name, string category, string provider, string? output = null) => new()
        {
            ["name"] = name,
            ["actionTypeId"] = new JsonObject { ["category"] = category, ["owner"] = "AWS", ["provider"] = provider, ["version"] = "1" },
            ["runOrder"] = 1,
            ["outputArtifacts"] = output is null ? new JsonArray() : new JsonArray(new JsonObject { ["name"] = output }),
        };
        return new JsonObject
        {
            ["name"] = Pipeline,
            ["roleArn"] = "arn:aws:iam::123456789012:role/pipeline",
            ["version"] = 1,
            ["executionMode"] = mode,
            ["pipelineType"] = "V2",
            ["artifactStore"] = new JsonObject { ["type"] = "S3", ["location"] = "bucket" },
            ["stages"] = new JsonArray(
                Stage("Source", Action("Upload", "Source", "S3", "In")),
                Stage("Train", Action("Fit", "Invoke", "Lambda"), Action("Check", "Invoke", "Lambda")),
                Stage("Approve", Action("Gate", "Approval", "Manual")),
                Stage("Deploy", Action("Stack", "Deploy", "CloudFormation"))),
        };
    }

    private sealed class NoCloud : ICloudCaller
    {
        public Task<OperationAnswer> CallAsync(OperationCall call) => throw AwsException.NotBuilt(call.Service, call.Operation);
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        private readonly CancellationTokenSource started = new();
        public CancellationToken ApplicationStarted => started.Token;
        public CancellationToken ApplicationStopping => default;
        public CancellationToken ApplicationStopped => default;
        public void StopApplication() { }
        public void Start() => started.Cancel();
    }
}

/// <summary>Ends actions when the test says so.</summary>
internal sealed class FakeRunner(string type) : IActionRunner
{
    private readonly ConcurrentDictionary<(string Execution, string Action), TaskCompletionSource<(ActionOutcome, string)>> waiting = new();

    public ConcurrentQueue<ActionContext> Calls { get; } = new();
    public Action<string, string>? Finished { get; set; }
    public string Type => type;

    public async Task<ActionOutcome> RunAsync(ActionContext context, CancellationToken cancelled)
    {
        Calls.Enqueue(context);
        var source = waiting.GetOrAdd((context.ExecutionId, context.Action.Name), _ => New());
        var (outcome, _) = await source.Task.WaitAsync(cancelled);
        waiting.TryRemove((context.ExecutionId, context.Action.Name), out _);
        return outcome;
    }

    /// <summary>Ends the run's actions of this kind as succeeded, and waits until the engine has it.</summary>
    public void End(string execution) => End(execution, ActionOutcome.Success());

    public void Fail(string execution, string action, string message) => End(execution, ActionOutcome.Failure("JobFailed", message), action);

    public void End(string execution, ActionOutcome outcome, string? only = null)
    {
        var open = Open(execution, only);
        foreach (var context in open)
            waiting.GetOrAdd((execution, context.Action.Name), _ => New()).SetResult((outcome, ""));
        foreach (var context in open)
            Finished!(execution, context.ActionExecutionId);
        foreach (var context in open)
            done.TryAdd(context.ActionExecutionId, 0);
    }

    /// <summary>Waits until the run has begun its actions of this kind: two in the stage Train, one elsewhere.</summary>
    public List<ActionContext> Open(string execution, string? only = null)
    {
        List<ActionContext> found = [];
        SpinWait.SpinUntil(() => (found = [.. Calls.Where(c => c.ExecutionId == execution && !done.ContainsKey(c.ActionExecutionId) && (only is null || c.Action.Name == only))]).Count >= (only is null && type == "Invoke/Lambda" ? 2 : 1), 30_000)
            .Should().BeTrue($"{type} should have begun for {execution}");
        return found;
    }

    private readonly ConcurrentDictionary<string, byte> done = new();

    private static TaskCompletionSource<(ActionOutcome, string)> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
