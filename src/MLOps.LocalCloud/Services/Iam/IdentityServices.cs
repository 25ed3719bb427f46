using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.Sts;

namespace MLOps.LocalCloud.Services.Iam;

/// <summary>Roles and policies (IAM) and who is calling (STS).</summary>
public static class IdentityServices
{
    public static IServiceCollection AddIdentity(this IServiceCollection services) => services
        .AddSingleton<IamStore>()
        .AddSingleton<SessionStore>()
        .AddSingleton<ICallerIdentity>(provider => provider.GetRequiredService<SessionStore>())
        .AddSingleton<IOperations, RoleOperations>()
        .AddSingleton<IOperations, RolePolicyOperations>()
        .AddSingleton<IOperations, ManagedPolicyOperations>()
        .AddSingleton<IOperations, TokenOperations>();
}
