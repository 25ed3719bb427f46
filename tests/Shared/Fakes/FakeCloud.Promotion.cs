using MLOps.Cloud.Promotion;

namespace MLOps.Tests.Fakes;

public sealed partial class FakeCloud : IProductionReader, IProductionCommands, IDeployingStages
{
    /// <summary>Where endpoints come from; the endpoint itself is as the inventory has it.</summary>
    public Dictionary<string, ProductionHistory> Histories { get; } = [];

    /// <summary>The stages that deploy endpoints.</summary>
    public Dictionary<string, DeployingStage> Stages { get; } = [];

    bool IDeployingStages.SeemsGuarded(string connection, string endpoint) => Stages.GetValueOrDefault(endpoint) is { IsGuarded: true, IsCertain: true };

    Task<DeployingStage?> IDeployingStages.FindAsync(string connection, string endpoint, CancellationToken cancelled) =>
        Fault is { } away ? Task.FromException<DeployingStage?>(new MLOps.Cloud.Faults.CloudException(away)) : Task.FromResult(Stages.GetValueOrDefault(endpoint));

    Task<ProductionHistory> IProductionReader.HistoryAsync(string connection, string endpoint, CancellationToken cancelled) => Read(() =>
    {
        var now = Answer(Endpoints.Current(connection).Items.FirstOrDefault(e => e.Name == endpoint), $"endpoint named '{endpoint}'");
        return Histories.TryGetValue(endpoint, out var known) ? known with { Endpoint = now } : new ProductionHistory(now);
    });

    Task IProductionCommands.UseConfigAsync(string connection, string endpoint, string config, CancellationToken cancelled) => Told($"use {endpoint} {config}", 0);
}
