using Microsoft.Extensions.Options;
using MLOps.LocalCloud.Engine.Builds;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Engine.Pipelines;
using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.Engine.Functions;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services;
using MLOps.LocalCloud.Services.AutoScaling;
using MLOps.LocalCloud.Services.CloudWatch;
using MLOps.LocalCloud.Services.CloudFormation;
using MLOps.LocalCloud.Services.CodeCommit;
using MLOps.LocalCloud.Services.Iam;
using MLOps.LocalCloud.Services.Logs;
using MLOps.LocalCloud.Services.S3;
using MLOps.LocalCloud.Services.SageMaker;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud;

/// <summary>Composes the local cloud: the program, the portal's embedded mode, tests and benchmarks all start this.</summary>
public static class LocalCloudApplication
{
    /// <summary>Builds the local cloud; start it with <see cref="WebApplication.StartAsync"/>. It listens on 127.0.0.1 only.</summary>
    public static WebApplication Build(LocalCloudOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, options.Port));
        builder.Services.AddSingleton(Options.Create(options));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<StateFolder>().AddSingleton<DocumentStore>().AddSingleton<CloudEventBus>();
        // One line a feature; each registers its own operations, stores and engines.
        builder.Services.AddProtocol();
        // Stopped in reverse order: what takes logs and metrics outlives what writes them.
        builder.Services.AddLogs();
        builder.Services.AddCloudWatch();
        builder.Services.AddMessaging();
        builder.Services.AddProcesses();
        builder.Services.AddIdentity();
        builder.Services.AddS3();
        builder.Services.AddSageMaker();
        builder.Services.AddAutoScaling();
        builder.Services.AddStacks();
        builder.Services.AddImages();
        builder.Services.AddCodeCommit();
        builder.Services.AddFunctions();
        builder.Services.AddBuilds();
        builder.Services.AddPipelines();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapImages();
        app.UseProtocol();
        return app;
    }
}
