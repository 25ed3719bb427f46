using MLOps.Cloud.Values;
using Aws = Amazon.CodePipeline.Model;

namespace MLOps.Cloud.Pipelines;

/// <summary>The SDK's pipelines as the portal's records.</summary>
internal static class PipelineMapping
{
    public static PipelineDefinition Definition(Aws.GetPipelineResponse answer)
    {
        var p = answer.Pipeline;
        return new PipelineDefinition(p.Name, p.Version ?? 1)
        {
            Arn = answer.Metadata?.PipelineArn ?? "",
            RoleArn = p.RoleArn ?? "",
            ExecutionMode = p.ExecutionMode?.Value ?? "SUPERSEDED",
            PipelineType = p.PipelineType?.Value ?? "V1",
            ArtifactBucket = p.ArtifactStore?.Location ?? p.ArtifactStores?.Values.FirstOrDefault()?.Location ?? "",
            Stages = p.Stages.OrEmpty().Select(s => new StageDefinition(s.Name, s.Actions.OrEmpty().Select(Action).ToValueList())).ToValueList(),
            Variables = p.Variables.OrEmpty().Select(v => new Setting(v.Name, v.DefaultValue ?? "")).ToValueList(),
        };
    }

    public static StageState Stage(Aws.StageState stage, PipelineDefinition? definition)
    {
        var executionId = stage.LatestExecution?.PipelineExecutionId ?? "";
        var defined = definition?.Stages.FirstOrDefault(s => s.Name == stage.StageName);
        return new StageState(stage.StageName, stage.LatestExecution?.Status.Word() ?? "", executionId)
        {
            Actions = stage.ActionStates.OrEmpty().Select(a => Action(a, defined?.Actions.FirstOrDefault(d => d.Name == a.ActionName))).ToValueList(),
            TransitionEnabled = stage.InboundTransitionState?.Enabled ?? true,
            DisabledReason = stage.InboundTransitionState?.DisabledReason ?? "",
            DisabledBy = stage.InboundTransitionState is { Enabled: false } closed ? closed.LastChangedBy ?? "" : "",
            DisabledAt = stage.InboundTransitionState is { Enabled: false } changed ? changed.LastChangedAt.Time() : null,
            InboundExecutionIds = Inbound(stage).Where(id => id != executionId).Distinct().ToValueList(),
        };
    }

    public static PipelineExecution Execution(Aws.PipelineExecutionSummary e) => new(e.PipelineExecutionId, e.Status.Word())
    {
        StatusSummary = e.StatusSummary ?? "",
        Started = e.StartTime.Time(),
        Updated = e.LastUpdateTime.Time(),
        TriggerType = e.Trigger?.TriggerType.Word() ?? "",
        TriggerDetail = e.Trigger?.TriggerDetail ?? "",
        ExecutionMode = e.ExecutionMode.Word(),
        ExecutionType = e.ExecutionType.Word(),
        RollbackTargetId = e.RollbackMetadata?.RollbackTargetPipelineExecutionId ?? "",
        StopReason = e.StopTrigger?.Reason ?? "",
        Revisions = e.SourceRevisions.OrEmpty()
            .Select(r => new SourceRevision(r.ActionName ?? "", r.RevisionId ?? "", r.RevisionSummary ?? "", r.RevisionUrl ?? "")).ToValueList(),
    };

    /// <summary>An execution as GetPipelineExecution tells it: without times, and revisions by artifact.</summary>
    public static PipelineExecution Execution(Aws.PipelineExecution e) => new(e.PipelineExecutionId, e.Status.Word())
    {
        StatusSummary = e.StatusSummary ?? "",
        PipelineVersion = e.PipelineVersion,
        TriggerType = e.Trigger?.TriggerType.Word() ?? "",
        TriggerDetail = e.Trigger?.TriggerDetail ?? "",
        ExecutionMode = e.ExecutionMode.Word(),
        ExecutionType = e.ExecutionType.Word(),
        RollbackTargetId = e.RollbackMetadata?.RollbackTargetPipelineExecutionId ?? "",
        Revisions = e.ArtifactRevisions.OrEmpty()
            .Select(r => new SourceRevision(r.Name ?? "", r.RevisionId ?? "", r.RevisionSummary ?? "", r.RevisionUrl ?? "")).ToValueList(),
        Variables = e.Variables.OrEmpty().Select(v => new Setting(v.Name ?? "", v.ResolvedValue ?? "")).ToValueList(),
    };

    public static ActionExecution Execution(Aws.ActionExecutionDetail a)
    {
        var result = a.Output?.ExecutionResult;
        var category = a.Input?.ActionTypeId?.Category.Word() ?? "";
        return new ActionExecution(a.ActionExecutionId, a.PipelineExecutionId, a.StageName, a.ActionName, a.Status.Word())
        {
            Category = category,
            Provider = a.Input?.ActionTypeId?.Provider ?? "",
            Started = a.StartTime.Time(),
            Updated = a.LastUpdateTime.Time(),
            UpdatedBy = a.UpdatedBy ?? "",
            // Of an approval this is the token in PARALLEL mode: a secret.
            ExternalId = category == Approval ? "" : result?.ExternalExecutionId ?? "",
            ExternalUrl = result?.ExternalExecutionUrl ?? "",
            Summary = result?.ExternalExecutionSummary ?? "",
            LogStreamArn = result?.LogStreamARN ?? "",
            ErrorCode = result?.ErrorDetails?.Code ?? "",
            ErrorMessage = result?.ErrorDetails?.Message ?? "",
            Configuration = ((IReadOnlyDictionary<string, string>?)a.Input?.ResolvedConfiguration ?? a.Input?.Configuration).Settings(),
            Inputs = Artifacts(a.Input?.InputArtifacts),
            Outputs = Artifacts(a.Output?.OutputArtifacts),
            OutputVariables = a.Output?.OutputVariables.Settings() ?? [],
        };
    }

    /// <summary>The category of approval actions.</summary>
    public const string Approval = "Approval";

    private static ActionDefinition Action(Aws.ActionDeclaration a) => new(a.Name, a.ActionTypeId?.Category.Word() ?? "", a.ActionTypeId?.Provider ?? "")
    {
        Owner = a.ActionTypeId?.Owner.Word() ?? "",
        RunOrder = a.RunOrder ?? 1,
        Configuration = a.Configuration.Settings(),
        InputArtifacts = a.InputArtifacts.OrEmpty().Select(i => i.Name).ToValueList(),
        OutputArtifacts = a.OutputArtifacts.OrEmpty().Select(o => o.Name).ToValueList(),
        RoleArn = a.RoleArn ?? "",
        Region = a.Region ?? "",
        Timeout = a.TimeoutInMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
    };

    private static ActionState Action(Aws.ActionState a, ActionDefinition? defined)
    {
        var run = a.LatestExecution;
        var isApproval = (defined?.Category ?? (run?.Token is null ? "" : Approval)) == Approval;
        return new ActionState(a.ActionName, run?.Status.Word() ?? "")
        {
            Category = defined?.Category ?? "",
            Provider = defined?.Provider ?? "",
            RunOrder = defined?.RunOrder ?? 1,
            Summary = run?.Summary ?? "",
            LastChange = run?.LastStatusChange.Time(),
            LastUpdatedBy = run?.LastUpdatedBy ?? "",
            ExternalId = isApproval ? "" : run?.ExternalExecutionId ?? "",
            ExternalUrl = run?.ExternalExecutionUrl ?? a.EntityUrl ?? "",
            PercentComplete = run?.PercentComplete,
            ErrorCode = run?.ErrorDetails?.Code ?? "",
            ErrorMessage = run?.ErrorDetails?.Message ?? "",
            RevisionId = a.CurrentRevision?.RevisionId ?? "",
            RevisionUrl = a.RevisionUrl ?? "",
            AwaitsApproval = isApproval && run?.Status.Word() == "InProgress",
        };
    }

    private static IEnumerable<string> Inbound(Aws.StageState stage)
    {
        if (stage.InboundExecution?.PipelineExecutionId is { } one)
            yield return one;
        foreach (var other in stage.InboundExecutions.OrEmpty())
            if (other.PipelineExecutionId is { } id)
                yield return id;
    }

    private static ValueList<Artifact> Artifacts(IEnumerable<Aws.ArtifactDetail>? artifacts) =>
        artifacts.OrEmpty().Select(a => new Artifact(a.Name ?? "", a.S3location?.Bucket ?? "", a.S3location?.Key ?? "")).ToValueList();
}
