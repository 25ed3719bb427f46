using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Cloud;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;

namespace MLOps.Tests;

/// <summary>The portal's own commands of approvals with its own clients, over HTTP; nothing asks the cloud in the background.</summary>
internal static class RealApprovals
{
    /// <param name="url">The address of a cloud.</param>
    public static IApprovalCommands Of(string url)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Cloud:EndpointUrl"] = url, ["Cloud:Workshop:Seed"] = "false" }).Build();
        // It lives as long as the process or the test that asked for it.
        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddMLOpsCloud(configuration).BuildServiceProvider();
        return Of(services.GetRequiredService<ICloudClients>());
    }

    public static IApprovalCommands Of(ICloudClients clients) => new ApprovalCommands(new PipelineCalls(clients), new NoSnapshots(), new AfterCommand(NullLogger<AfterCommand>.Instance));

    private sealed class NoSnapshots : IInventory<PipelineSnapshot>
    {
        public InventoryState<PipelineSnapshot> Current(string connection) => InventoryState<PipelineSnapshot>.Loading;

        public InventorySubscription<PipelineSnapshot> Subscribe(string connection) => throw new NotSupportedException();

        public Task RefreshAsync(string connection, string? key = null, CancellationToken cancelled = default) => Task.CompletedTask;
    }
}
