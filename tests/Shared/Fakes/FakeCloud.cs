using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Cases;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Finding;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Load;
using MLOps.Cloud.Models;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Prices;
using MLOps.Cloud.Tags;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;
using MLOps.Cloud.Workshop;

namespace MLOps.Tests.Fakes;

/// <summary>A cloud in memory behind the portal's ports. It answers what a test put in, and remembers what it was told to do.</summary>
public sealed partial class FakeCloud : ICloudConnections
{
    /// <summary>The time at which everything in it happens.</summary>
    public static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly DateTimeOffset now;

    public FakeCloud(DateTimeOffset? at = null)
    {
        now = at ?? Now;
        (Pipelines, Approvals, Jobs, Models, Endpoints) = (new(now), new(now), new(now), new(now), new(now));
        Packages = new(now);
    }

    public FakeInventory<PipelineSummary> Pipelines { get; }

    public FakeInventory<PendingApproval> Approvals { get; }

    public FakeInventory<TrainingJobSummary> Jobs { get; }

    public FakeInventory<ModelSummary> Models { get; }

    public FakeInventory<EndpointSummary> Endpoints { get; }

    /// <summary>What was asked of it, in order: <c>start iris-model-pipeline</c>.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>When set, everything that is asked fails with it.</summary>
    public CloudFault? Fault { get; set; }

    /// <summary>When set, what it is told to do fails with it; it can be read.</summary>
    public CloudFault? CommandFault { get; set; }

    public List<CloudConnection> Connections { get; } =
        [new("local", "123456789012", "us-east-1", ConnectionKind.Embedded, ConnectionLabel.Development, "http://127.0.0.1:4566")];

    IReadOnlyList<CloudConnection> ICloudConnections.All => Connections;

    CloudConnection ICloudConnections.Default => Connections[0];

    CloudConnection? ICloudConnections.Find(string name) => Connections.FirstOrDefault(c => c.Name == name);

    Task<CloudIdentity> ICloudConnections.IdentifyAsync(string connection, CancellationToken cancelled) =>
        Task.FromResult(new CloudIdentity("123456789012", "arn:aws:sts::123456789012:assumed-role/portal/mlops"));

    /// <summary>Registers every port.</summary>
    public void Register(IServiceCollection services)
    {
        services.AddSingleton<ICloudConnections>(this).AddSingleton<MLOps.Cloud.Access.IPermissionCheck>(this).AddSingleton(new Attention(TimeProvider.System));
        services.AddSingleton<IInventory<PipelineSummary>>(Pipelines);
        services.AddSingleton<IInventory<PendingApproval>>(Approvals);
        services.AddSingleton<IInventory<TrainingJobSummary>>(Jobs);
        services.AddSingleton<IInventory<ModelSummary>>(Models);
        services.AddSingleton<IInventory<EndpointSummary>>(Endpoints);
        RegisterDeployments(services);
        services.AddSingleton<IThingFinder>(this).AddSingleton<MLOps.Cloud.Promotion.IProductionReader>(this).AddSingleton<MLOps.Cloud.Promotion.IProductionCommands>(this).AddSingleton<MLOps.Cloud.Promotion.IDeployingStages>(this);
        services.AddSingleton<IPipelineReader>(this).AddSingleton<IPipelineCommands>(this).AddSingleton<IStackEvents>(this);
        RegisterTraining(services);
        services.AddSingleton<IModelReader>(this).AddSingleton<IEndpointReader>(this).AddSingleton<IEndpointCommands>(this);
        services.AddSingleton<IEndpointInvoker>(this).AddSingleton<ILogReader>(this);
        services.AddSingleton<IStreamingInvoker>(this).AddSingleton<IAsyncInvoker>(this).AddSingleton<IInputSignatures>(this).AddSingleton<ILoadGenerator>(this);
        services.AddSingleton<IApprovalCommands>(this).AddSingleton<IEvidenceReader>(this).AddSingleton<IWorkshopSeeder>(this);
        services.AddSingleton<ICaseSource>(this).AddSingleton<ICaseRunner, CaseRunner>().AddSingleton<ITrainingDataReader>(this).AddSingleton<IPriceTable>(this).AddSingleton<IEndpointTraffic>(this).AddSingleton<ITagReader>(this).AddSingleton<ITagCommands>(this);
    }

    private T Answer<T>(T? value, string what) where T : class
    {
        if (Fault is not null)
            throw new CloudException(Fault);
        return value ?? throw new CloudException(new(CloudFaultKind.NotFound, $"There is no {what}.", "ResourceNotFound", "req-1"));
    }

    private Task<T> Told<T>(string call, T answer)
    {
        Calls.Add(call);
        return (Fault ?? CommandFault) is { } fault ? Task.FromException<T>(new CloudException(fault)) : Task.FromResult(answer);
    }
}
