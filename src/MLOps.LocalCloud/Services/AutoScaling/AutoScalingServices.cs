using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.AutoScaling;

/// <summary>Application Auto Scaling for SageMaker's variants: bounds and target tracking.</summary>
public static class AutoScalingServices
{
    public static IServiceCollection AddAutoScaling(this IServiceCollection services) => services
        .AddSingleton<ScalingStore>().AddSingleton<PolicyAlarms>().AddSingleton<Scaler>().AddSingleton<ScalingEngine>()
        .AddHostedService(p => p.GetRequiredService<ScalingEngine>())
        .AddSingleton<IOperations, ScalableTargetOperations>()
        .AddSingleton<IOperations, ScalingPolicyOperations>();
}
