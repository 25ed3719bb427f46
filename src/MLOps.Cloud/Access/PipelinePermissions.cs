using Amazon.CodePipeline;
using Amazon.CodePipeline.Model;
using static MLOps.Cloud.Access.CloudPermission;

namespace MLOps.Cloud.Access;

/// <summary>What the portal calls of CodePipeline.</summary>
internal static class PipelinePermissions
{
    private const string NoExecution = "00000000-0000-0000-0000-000000000000";

    public static IEnumerable<CloudPermission> All =>
    [
        Read("ListPipelines", "list of pipelines", (c, t) => c.ListPipelinesAsync(new ListPipelinesRequest { MaxResults = 1 }, t)),
        Read("GetPipeline", "definition of a pipeline", (c, t) => c.GetPipelineAsync(new GetPipelineRequest { Name = Nothing }, t)),
        Read("GetPipelineState", "state of a pipeline, approvals", (c, t) => c.GetPipelineStateAsync(new GetPipelineStateRequest { Name = Nothing }, t)),
        Read("ListPipelineExecutions", "history of a pipeline", (c, t) => c.ListPipelineExecutionsAsync(new ListPipelineExecutionsRequest { PipelineName = Nothing }, t)),
        Read("GetPipelineExecution", "page of an execution, evidence",
            (c, t) => c.GetPipelineExecutionAsync(new GetPipelineExecutionRequest { PipelineName = Nothing, PipelineExecutionId = NoExecution }, t)),
        Read("ListActionExecutions", "actions of an execution, evidence", (c, t) => c.ListActionExecutionsAsync(new ListActionExecutionsRequest { PipelineName = Nothing }, t)),
        Read("ListTagsForResource", "tags of a pipeline",
            (c, t) => c.ListTagsForResourceAsync(new ListTagsForResourceRequest { ResourceArn = "arn:aws:codepipeline:us-east-1:000000000000:" + Nothing }, t)),
        Write("StartPipelineExecution", "start of a pipeline", (c, t) => c.StartPipelineExecutionAsync(new StartPipelineExecutionRequest { Name = Nothing }, t)),
        Write("StopPipelineExecution", "stop of an execution",
            (c, t) => c.StopPipelineExecutionAsync(new StopPipelineExecutionRequest { PipelineName = Nothing, PipelineExecutionId = NoExecution }, t)),
        Write("RetryStageExecution", "retry of a stage",
            (c, t) => c.RetryStageExecutionAsync(new RetryStageExecutionRequest { PipelineName = Nothing, StageName = Nothing, PipelineExecutionId = NoExecution, RetryMode = StageRetryMode.FAILED_ACTIONS }, t)),
        Write("RollbackStage", "roll-back of a stage",
            (c, t) => c.RollbackStageAsync(new RollbackStageRequest { PipelineName = Nothing, StageName = Nothing, TargetPipelineExecutionId = NoExecution }, t)),
        Write("EnableStageTransition", "opening of a transition",
            (c, t) => c.EnableStageTransitionAsync(new EnableStageTransitionRequest { PipelineName = Nothing, StageName = Nothing, TransitionType = StageTransitionType.Inbound }, t)),
        Write("DisableStageTransition", "closing of a transition",
            (c, t) => c.DisableStageTransitionAsync(new DisableStageTransitionRequest { PipelineName = Nothing, StageName = Nothing, TransitionType = StageTransitionType.Inbound, Reason = Nothing }, t)),
        Of<IAmazonCodePipeline>(PermissionUse.Approve, "codepipeline:PutApprovalResult", "PutApprovalResult", "approval and rejection",
            (c, t) => c.PutApprovalResultAsync(new PutApprovalResultRequest
            {
                PipelineName = Nothing, StageName = Nothing, ActionName = Nothing, Token = NoExecution, Result = new ApprovalResult { Status = ApprovalStatus.Rejected, Summary = Nothing },
            }, t)),
    ];

    private static CloudPermission Read(string operation, string what, Func<IAmazonCodePipeline, CancellationToken, Task> probe) => Of(PermissionUse.Read, "codepipeline:" + operation, operation, what, probe);

    private static CloudPermission Write(string operation, string what, Func<IAmazonCodePipeline, CancellationToken, Task> probe) => Of(PermissionUse.Write, "codepipeline:" + operation, operation, what, probe);
}
