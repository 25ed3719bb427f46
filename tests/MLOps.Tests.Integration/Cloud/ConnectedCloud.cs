using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLOps.Cloud;
using MLOps.Cloud.Inventory;
using MLOps.LocalCloud;

namespace MLOps.Tests.Integration.Cloud;

/// <summary>A local cloud on a free port, and the portal's side of it: readers, commands and inventories over HTTP.</summary>
internal sealed class ConnectedCloud : IAsyncDisposable
{
    public const string Name = "local";

    private readonly string folder;
    private readonly Action<IServiceCollection>? configure;
    private readonly TimeSpan sweeps;
    private WebApplication? local;

    private ConnectedCloud(string folder, Action<IServiceCollection>? configure, TimeSpan sweeps) => (this.folder, this.configure, this.sweeps) = (folder, configure, sweeps);

    public IHost Portal { get; private set; } = null!;

    public IServiceProvider LocalServices => local!.Services;

    public string Address => local!.Urls.First();

    /// <param name="sweeps">The time between two sweeps; a quarter of a second where it is not given.</param>
    public static async Task<ConnectedCloud> StartAsync(bool seed = false, string assets = "", Action<IServiceCollection>? configure = null, TimeSpan? sweeps = null)
    {
        var cloud = new ConnectedCloud(Directory.CreateTempSubdirectory("connected-").FullName, configure, sweeps ?? TimeSpan.FromSeconds(0.25));
        var port = await cloud.StartLocalAsync(0);
        cloud.Portal = await cloud.StartPortalAsync(port, seed, assets);
        return cloud;
    }

    /// <summary>Stops the portal's side and starts it anew, as a restart of the portal does.</summary>
    public async Task RestartPortalAsync(bool seed)
    {
        var port = new Uri(local!.Urls.First()).Port;
        await Portal.StopAsync();
        Portal.Dispose();
        Portal = await StartPortalAsync(port, seed, "");
    }

    private async Task<IHost> StartPortalAsync(int port, bool seed, string assets)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Cloud:EndpointUrl"] = $"http://127.0.0.1:{port}",
            ["Cloud:Workshop:Seed"] = seed.ToString(),
            ["Cloud:Workshop:AssetsFolder"] = assets,
            ["Cloud:Inventory:Interval"] = sweeps.ToString(),
        });
        builder.Services.AddMLOpsCloud(builder.Configuration);
        if (TestContext.Current.TestOutputHelper is { } output && Environment.GetEnvironmentVariable("SHOW_LOGS") is not null)
            builder.Services.AddLogging(l => l.SetMinimumLevel(LogLevel.Information).AddProvider(new OutputLogs(output)));
        var portal = builder.Build();
        await portal.StartAsync();
        return portal;
    }

    public T Get<T>() where T : notnull => Portal.Services.GetRequiredService<T>();

    /// <summary>The first state of an inventory that fulfils the condition.</summary>
    public async Task<InventoryState<T>> UntilAsync<T>(Func<InventoryState<T>, bool> reached, TimeSpan? within = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(within ?? TimeSpan.FromSeconds(60));
        var (state, changes) = Get<IInventory<T>>().Subscribe(Name);
        if (reached(state))
            return state;
        try
        {
            await foreach (var next in changes.WithCancellation(deadline.Token))
                if (reached(state = next))
                    return next;
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            // Falls through to say what there was instead.
        }
        throw new TimeoutException($"Still {state.Fault?.Message} {string.Join('\n', state.Items)}");
    }

    public async Task StopLocalAsync()
    {
        await local!.StopAsync();
        await local.DisposeAsync();
        local = null;
    }

    /// <summary>Starts the local cloud over the same state; port 0 takes a free one. Returns the port.</summary>
    public async Task<int> StartLocalAsync(int port)
    {
        local = LocalCloudApplication.Build(
            new LocalCloudOptions { Port = port, StateFolder = Path.Combine(folder, "state") }, builder => configure?.Invoke(builder.Services));
        await local.StartAsync();
        return new Uri(local.Urls.First()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await Portal.StopAsync();
        Portal.Dispose();
        if (local is not null)
            await StopLocalAsync();
        Directory.Delete(folder, true);
    }

    private sealed class OutputLogs(ITestOutputHelper output) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            output.WriteLine($"{logLevel} {formatter(state, exception)} {exception?.Message}");

        public void Dispose()
        {
        }
    }
}
