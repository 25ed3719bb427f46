using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Inventory;

namespace MLOps.Cloud.Pipelines;

internal static class PipelineServices
{
    public static IServiceCollection AddPipelines(this IServiceCollection services) => services
        .AddSingleton<PipelineCalls>()
        .AddSingleton<ApprovalReading>()
        .AddSingleton<PipelineSource>()
        .AddInventory<PipelineSnapshot, PipelineSource>(isToldByEvents: true)
        .AddDerived<PipelineSnapshot, PipelineSummary>(pipelines => pipelines.Select(p => p.Summary))
        .AddDerived<PipelineSnapshot, PendingApproval>(pipelines => pipelines.SelectMany(p => p.Approvals).OrderBy(a => a.Since))
        .AddSingleton<IPipelineReader, PipelineReader>()
        .AddSingleton<IStackEvents, StackEvents>()
        .AddSingleton<IPipelineCommands, PipelineCommands>()
        .AddSingleton<IApprovalCommands, ApprovalCommands>();
}
