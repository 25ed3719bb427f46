using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodeCommit;

/// <summary>CodeCommit: repositories whose files change by commits over the API.</summary>
public static class CodeCommitServices
{
    public static IServiceCollection AddCodeCommit(this IServiceCollection services) => services
        .AddSingleton<RepositoryStore>()
        .AddSingleton<IOperations, RepositoryOperations>()
        .AddSingleton<IOperations, TagOperations>()
        .AddSingleton<IOperations, CommitOperations>()
        .AddSingleton<IOperations, FileOperations>();
}
