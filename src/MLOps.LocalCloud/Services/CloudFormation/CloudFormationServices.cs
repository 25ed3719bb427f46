using MLOps.LocalCloud.Engine.Stacks;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudFormation;

/// <summary>CloudFormation: stacks from templates, change sets, exports.</summary>
public static class CloudFormationServices
{
    public static IServiceCollection AddStacks(this IServiceCollection services) => services
        .AddSingleton(ResourceTypes.All)
        .AddSingleton<StackStore>()
        .AddSingleton<StackJournal>()
        .AddSingleton<StackNotifier>()
        .AddSingleton<StackTools>()
        .AddSingleton<StackEngine>()
        .AddSingleton<StackRequests>()
        .AddSingleton<StackCommands>()
        .AddSingleton<ChangeSetStore>()
        .AddSingleton<IOperations, StackOperations>()
        .AddSingleton<IOperations, StackQueries>()
        .AddSingleton<IOperations, TemplateOperations>()
        .AddSingleton<IOperations, ChangeSetOperations>()
        .AddHostedService(provider => provider.GetRequiredService<StackNotifier>())
        .AddHostedService(provider => provider.GetRequiredService<StackEngine>());
}
