using MLOps.LocalCloud.Engine.Pipelines.Runners;
using MLOps.LocalCloud.Engine.Pipelines.Sources;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.CodePipeline;

namespace MLOps.LocalCloud.Engine.Pipelines;

/// <summary>CodePipeline.</summary>
internal static class PipelineServices
{
    public static IServiceCollection AddPipelines(this IServiceCollection services)
    {
        services.AddSingleton<JobBoard>().AddSingleton<ActionDispatcher>().AddSingleton<PipelineStarter>();
        services.AddSingleton<IActionRunner, S3SourceRunner>().AddSingleton<IActionRunner, CodeCommitSourceRunner>();
        services.AddSingleton<IActionRunner, LambdaRunner>().AddSingleton<IActionRunner, CloudFormationRunner>();
        services.AddSingleton<IActionRunner>(p => new CodeBuildRunner("Build", p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IActionRunner>(p => new CodeBuildRunner("Test", p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PipelineEngine>().AddHostedService(p => p.GetRequiredService<PipelineEngine>());
        services.AddSingleton<SourceWatcher>().AddHostedService(p => p.GetRequiredService<SourceWatcher>());
        services.AddSingleton<IOperations, PipelineOperations>().AddSingleton<IOperations, TransitionOperations>();
        services.AddSingleton<IOperations, ExecutionOperations>().AddSingleton<IOperations, HistoryOperations>();
        services.AddSingleton<IOperations, StateOperations>().AddSingleton<IOperations, ApprovalOperations>();
        return services.AddSingleton<IOperations, JobOperations>();
    }
}
