using MLOps.Cloud.Pipelines;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;
using MudBlazor;

namespace MLOps.Portal.Features.Pipelines;

/// <summary>What a person can do to one pipeline: each asks first and says what will happen, then goes through the gate.</summary>
/// <param name="changed">Is called when something was done, so that the page looks again.</param>
public sealed class PipelineActs(
    string pipeline, Places places, IPipelineCommands commands, IPipelineReader reader, Commander commander, IDialogService dialogs, Func<Task> changed, CancellationToken gone)
{
    public string Pipeline => pipeline;

    public async Task StartAsync(PipelineDefinition? definition)
    {
        if (await StartDialog.AskAsync(dialogs, pipeline, definition, source => reader.RevisionsAsync(places.Connection, source, gone)) is not { } overrides)
            return;
        await RunAsync(Deed($"start pipeline {pipeline}"), () => commands.StartAsync(places.Connection, pipeline, overrides), "The execution has started.");
    }

    public async Task StopAsync(string execution)
    {
        if (await StopDialog.AskAsync(dialogs, pipeline, execution) is not { } answer)
            return;
        await RunAsync(Deed($"stop execution {execution} of {pipeline}", execution: execution, why: answer.Reason), () => commands.StopAsync(places.Connection, pipeline, execution, answer.Abandon, answer.Reason),
            answer.Abandon ? "The execution is stopped." : "The execution stops after the actions that run.");
    }

    public Task RetryAsync(StageState stage, bool all) => RunAsync(Deed($"retry stage {stage.Name} of {pipeline}", stage.Name, stage.ExecutionId),
        () => commands.RetryStageAsync(places.Connection, pipeline, stage.Name, stage.ExecutionId, all),
        all ? $"All actions of {stage.Name} run again." : $"What failed in {stage.Name} runs again.");

    /// <param name="policy">What it takes: more for a stage that a gate stands before.</param>
    public async Task RollBackAsync(StageState stage, string policy)
    {
        if (await RollbackDialog.AskAsync(dialogs, pipeline, stage, token => reader.RollbackTargetsAsync(places.Connection, pipeline, stage.Name, token)) is not { } target)
            return;
        await RunAsync(Deed($"roll back stage {stage.Name} of {pipeline} to execution {target}", stage.Name, target),
            () => commands.RollbackStageAsync(places.Connection, pipeline, stage.Name, target), $"{stage.Name} is being rolled back.", policy);
    }

    public async Task DisableTransitionAsync(StageState stage)
    {
        if (await TransitionDialog.AskAsync(dialogs, pipeline, stage.Name) is not { } reason)
            return;
        await RunAsync(Deed($"disable the transition into {stage.Name} of {pipeline}", stage.Name, why: reason),
            () => commands.SetTransitionAsync(places.Connection, pipeline, stage.Name, enabled: false, reason), $"Nothing enters {stage.Name} until the transition is enabled again.");
    }

    public Task EnableTransitionAsync(StageState stage) => RunAsync(Deed($"enable the transition into {stage.Name} of {pipeline}", stage.Name),
        () => commands.SetTransitionAsync(places.Connection, pipeline, stage.Name, enabled: true), $"Executions may enter {stage.Name} again.");

    private Deed Deed(string what, string stage = "", string execution = "", string why = "") => new(what)
    {
        Why = why,
        Details = PipelineReconciler.Details(pipeline, stage, execution),
    };

    private async Task RunAsync(Deed deed, Func<Task> command, string done, string policy = Policies.Operate)
    {
        if (await commander.RunAsync(policy, deed, command, done))
            await changed();
    }
}
