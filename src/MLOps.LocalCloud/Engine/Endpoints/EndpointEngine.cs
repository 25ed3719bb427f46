using System.Collections.Concurrent;
using MLOps.LocalCloud.Engine.Endpoints.Deployment;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;

namespace MLOps.LocalCloud.Engine.Endpoints;

/// <summary>Runs all endpoints: starts what the table holds when the local cloud starts, and carries changes out.</summary>
internal sealed class EndpointEngine(EndpointTools tools, ILogger<EndpointEngine> logger) : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<(Scope, string), LiveEndpoint> live = new();
    private readonly CancellationTokenSource shutdown = new();

    /// <summary>The running side of an endpoint, or null where there is none.</summary>
    public LiveEndpoint? Find(Scope scope, string name) => live.GetValueOrDefault((scope, name));

    public void Create(Scope scope, string name, EndpointPlan plan) => Begin(scope, name, e => e.CreateAsync(plan));

    public void Update(Scope scope, string name, EndpointPlan plan, DeploymentProgress progress) => Begin(scope, name, e => e.UpdateAsync(plan, progress));

    public void Scale(Scope scope, string name, EndpointPlan plan) => Begin(scope, name, e => e.ScaleAsync(plan));

    public void Delete(Scope scope, string name) => Begin(scope, name, async e =>
    {
        await e.DeleteAsync();
        live.TryRemove(new((scope, name), e));
    });

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (scope, name, endpoint) in tools.Table.All().Where(e => e.Value.Text("EndpointStatus") != "Failed").ToList())
            Begin(scope, name, e => e.ResumeAsync(endpoint));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await shutdown.CancelAsync();
        await Task.WhenAll(live.Values.Select(e => e.StopAsync())).WaitAsync(cancellationToken);
    }

    public void Dispose() => shutdown.Dispose();

    private void Begin(Scope scope, string name, Func<LiveEndpoint, Task> change) =>
        live.GetOrAdd((scope, name), _ => new LiveEndpoint(tools, scope, name, shutdown.Token)).Begin(async endpoint =>
        {
            try
            {
                await change(endpoint);
            }
            catch (OperationCanceledException) when (shutdown.IsCancellationRequested)
            {
                // It goes on at the next start.
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                logger.LogError(e, "Endpoint {Name} failed inside the local cloud", name);
                tools.Table.Enter(scope, name, "Failed", document => document["FailureReason"] = $"We encountered an internal error. {e.Message}");
            }
        });
}
