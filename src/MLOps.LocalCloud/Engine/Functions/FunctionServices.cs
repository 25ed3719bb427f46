using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.Lambda;

namespace MLOps.LocalCloud.Engine.Functions;

/// <summary>Lambda: functions in Python, run as warm processes.</summary>
public static class FunctionServices
{
    public static IServiceCollection AddFunctions(this IServiceCollection services) => services
        .AddPython()
        .AddWorkloads()
        .AddSingleton<FunctionStore>()
        .AddSingleton<FunctionPool>()
        .AddSingleton<FunctionQueue>()
        .AddHostedService(provider => provider.GetRequiredService<FunctionPool>())
        .AddHostedService(provider => provider.GetRequiredService<FunctionQueue>())
        .AddSingleton<FunctionCode>()
        .AddSingleton<IOperations, FunctionOperations>()
        .AddSingleton<IOperations, FunctionPolicyOperations>()
        .AddSingleton<IOperations, TagOperations>()
        .AddSingleton<IOperations, InvokeOperation>();
}
