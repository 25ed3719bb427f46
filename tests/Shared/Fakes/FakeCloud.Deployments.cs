using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Capture;
using MLOps.Cloud.Drift;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Models;
using MLOps.Cloud.Registry;
using MLOps.Cloud.Values;

namespace MLOps.Tests.Fakes;

public sealed partial class FakeCloud : IModelRegistry, IDeploymentReader, IDeploymentCommands, IScalingCommands, ICaptureReader, IDriftReader
{
    public FakeInventory<ModelPackage> Packages { get; }

    /// <summary>What the cloud has beyond the inventory.</summary>
    public List<ModelPackage> OlderPackages { get; } = [];

    public List<ModelSummary> OlderModels { get; } = [];

    public DeploymentChoices Choices { get; set; } = new([], []);

    public CapturedTraffic Captured { get; set; } = new([], 0, false);

    public DriftReport? Drift { get; set; }

    public SamplePayload? Sample { get; set; }

    /// <summary>What goes on in the cloud until a version is decided on.</summary>
    public Func<CancellationToken, Task>? BeforeDecision { get; set; }

    /// <summary>What was ordered, newest last.</summary>
    public List<object> Orders { get; } = [];

    private void RegisterDeployments(IServiceCollection services) => services
        .AddSingleton<IInventory<ModelPackage>>(Packages)
        .AddSingleton<IModelRegistry>(this).AddSingleton<IDeploymentReader>(this).AddSingleton<IDeploymentCommands>(this)
        .AddSingleton<IScalingCommands>(this).AddSingleton<ICaptureReader>(this).AddSingleton<IDriftReader>(this);

    Task<Page<ModelPackage>> IModelRegistry.VersionsAsync(string connection, string group, string? next, CancellationToken cancelled) => Read(() =>
    {
        Calls.Add($"versions of {group} from {next}");
        return new Page<ModelPackage>(OlderPackages.Where(p => p.Group == group).ToValueList());
    });

    Task<ModelPackage> IModelRegistry.VersionAsync(string connection, string group, int version, CancellationToken cancelled) =>
        Read(() => Answer(OlderPackages.FirstOrDefault(p => p.Group == group && p.Version == version), $"version {version} of {group}"));

    Task<SamplePayload?> IModelRegistry.SampleAsync(string connection, ModelPackage package, CancellationToken cancelled) => Task.FromResult(Sample);

    async Task IModelRegistry.DecideAsync(string connection, string arn, string seen, bool approve, string description, CancellationToken cancelled)
    {
        if (BeforeDecision is not null)
            await BeforeDecision(cancelled);
        await Told($"decide {arn} {approve} {description}", 0);
    }

    Task<DeploymentChoices> IDeploymentReader.ChoicesAsync(string connection, string endpoint, CancellationToken cancelled) => Read(() => Answer(Choices, "choices"));

    Task<string> IDeploymentReader.GuardAsync(string connection, string endpoint, string variant, GuardKind kind, double threshold, CancellationToken cancelled) =>
        Told($"guard {endpoint} {variant} {kind} {threshold}", $"{endpoint}-{variant}-{kind}");

    Task IDeploymentCommands.DeployAsync(string connection, DeploymentOrder order, CancellationToken cancelled) => Ordered(order);

    Task IDeploymentCommands.CaptureAsync(string connection, CaptureOrder order, CancellationToken cancelled) => Ordered(order);

    Task IScalingCommands.ScaleAsync(string connection, ScalingOrder order, CancellationToken cancelled) => Ordered(order);

    Task IScalingCommands.StopScalingAsync(string connection, string endpoint, string variant, CancellationToken cancelled) => Told($"stop scaling {endpoint} {variant}", 0);

    Task<CapturedTraffic> ICaptureReader.ReadAsync(string connection, string uri, string endpoint, DateTimeOffset since, int most, CancellationToken cancelled) =>
        Read(() => Answer(Captured, "captured requests"));

    Task<DriftReport> IDriftReader.ReadAsync(string connection, string trainingJob, IReadOnlyList<CapturedRequest> traffic, CancellationToken cancelled) =>
        Read(() => Answer(Drift, $"training data of {trainingJob}"));

    private Task Ordered(object order)
    {
        Orders.Add(order);
        return Told(order.ToString()!, 0);
    }
}
