using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Pipelines;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Engine.Pipelines.Runners;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodePipeline;

/// <summary>What functions report of their jobs.</summary>
internal sealed class JobOperations(JobBoard board) : IOperations
{
    private const string Service = "codepipeline";

    public void Map(OperationMap map) => map
        .On(Service, "PutJobSuccessResult", Succeed)
        .On(Service, "PutJobFailureResult", Fail)
        .On(Service, "GetJobDetails", Describe);

    private JsonObject Succeed(OperationCall call)
    {
        var job = Find(call);
        if (job.Done.IsCompleted)
            throw Reported(job);
        var details = call.Input.Object("executionDetails");
        var token = call.Input.Text("continuationToken");
        var variables = call.Input.Object("outputVariables")?.ToDictionary(p => p.Key, p => p.Value!.GetValue<string>()) ?? [];
        // The token is stored before the function hears that it was taken: a crash then repeats nothing but this call.
        job.Context.Report(record =>
        {
            record.ContinuationToken = token ?? record.ContinuationToken;
            record.Summary = details?.Text("summary") ?? record.Summary;
            record.ExternalId = details?.Text("externalExecutionId") ?? record.ExternalId;
            record.Percent = details?.Whole("percentComplete") ?? record.Percent;
        });
        var outcome = ActionOutcome.Success(details?.Text("summary")) with { ExternalId = details?.Text("externalExecutionId"), Variables = variables };
        return Report(job, new JobResult(outcome, token));
    }

    private JsonObject Fail(OperationCall call)
    {
        var details = call.Input.Object("failureDetails")!;
        var outcome = ActionOutcome.Failure(details.Required("type"), details.Required("message")) with { ExternalId = details.Text("externalExecutionId") };
        return Report(Find(call), new JobResult(outcome));
    }

    private JsonObject Describe(OperationCall call)
    {
        var job = Find(call);
        var (context, action) = (job.Context, job.Context.Action);
        var data = (JsonObject)job.Data.DeepClone();
        data["actionTypeId"] = new JsonObject { ["category"] = action.Category, ["owner"] = action.Owner, ["provider"] = action.Provider, ["version"] = "1" };
        data["pipelineContext"] = new JsonObject
        {
            ["pipelineName"] = context.Pipeline.Name,
            ["pipelineArn"] = context.Scope.Arn(Service, context.Pipeline.Name),
            ["pipelineExecutionId"] = context.ExecutionId,
            ["stage"] = new JsonObject { ["name"] = context.Stage },
            ["action"] = new JsonObject { ["name"] = action.Name, ["actionExecutionId"] = context.ActionExecutionId },
        };
        return new JsonObject { ["jobDetails"] = new JsonObject { ["id"] = job.Id, ["accountId"] = context.Scope.Account, ["data"] = data } };
    }

    private static JsonObject Report(Job job, JobResult result) => job.TryReport(result)
        ? []
        : throw Reported(job);

    private static AwsException Reported(Job job) => new("InvalidJobStateException", $"A result for the job {job.Id} was reported before");

    private Job Find(OperationCall call)
    {
        var id = call.Input.Required("jobId");
        return board.Find(id) is { } job && job.Context.Scope == call.Scope
            ? job
            : throw new AwsException("JobNotFoundException", $"There is no job {id}, or it has ended");
    }
}
