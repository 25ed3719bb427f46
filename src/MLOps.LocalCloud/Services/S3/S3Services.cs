using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>Amazon S3: buckets and objects as files with an index in SQLite.</summary>
public static class S3Services
{
    public static IServiceCollection AddS3(this IServiceCollection services) => services
        .AddSingleton<S3Index>().AddSingleton<Blobs>().AddSingleton<Buckets>().AddSingleton<Objects>()
        .AddSingleton<Listing>().AddSingleton<Uploads>().AddSingleton<S3Events>()
        .AddSingleton<IOperations, BucketOperations>()
        .AddSingleton<IOperations, BucketSettingOperations>()
        .AddSingleton<IOperations, ReadOperations>()
        .AddSingleton<IOperations, WriteOperations>()
        .AddSingleton<IOperations, ListOperations>()
        .AddSingleton<IOperations, ObjectTaggingOperations>()
        .AddSingleton<IOperations, CopyOperations>()
        .AddSingleton<IOperations, MultipartOperations>()
        .AddSingleton<IOperations, CompleteOperations>()
        .AddHostedService<BlobSweeper>();
}
