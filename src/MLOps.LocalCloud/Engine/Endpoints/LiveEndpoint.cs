using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Endpoints.Deployment;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;

namespace MLOps.LocalCloud.Engine.Endpoints;

/// <summary>
/// One endpoint as it runs. Its changes come one at a time, because the API refuses another while one is in progress;
/// requests read <see cref="Serving"/> without waiting.
/// </summary>
internal sealed class LiveEndpoint(EndpointTools tools, Scope scope, string name, CancellationToken shutdown)
{
    private volatile Fleet? serving;
    private volatile FleetChange? change;

    /// <summary>What takes the traffic; null until the first deployment is healthy.</summary>
    public Fleet? Serving => serving;

    /// <summary>The new fleet that is to take the place of <see cref="Serving"/>; null outside of updates.</summary>
    public FleetChange? Change => change;

    /// <summary>The fleet for the next request; null until the first deployment is healthy.</summary>
    /// <param name="variant">The variant that the caller names, if any.</param>
    public Fleet? Choose(string? variant) => change is { } under ? under.Choose(variant) : serving;

    /// <summary>Which instance holds which session of a stateful model.</summary>
    public StickySessions Sessions { get; } = new(tools.Time);

    /// <summary>The change that is under way.</summary>
    public Task Work { get; private set; } = Task.CompletedTask;

    /// <summary>Runs a change after the one before it.</summary>
    public void Begin(Func<LiveEndpoint, Task> change)
    {
        var before = Work;
        Work = Task.Run(async () =>
        {
            await before;
            await change(this);
        });
    }

    /// <summary>The first deployment.</summary>
    public async Task CreateAsync(EndpointPlan plan)
    {
        var fleet = new Fleet(tools, scope, name, plan);
        if (await StartAsync(fleet) is { } reason)
        {
            tools.Table.Enter(scope, name, "Failed", endpoint => endpoint["FailureReason"] = reason);
            return;
        }
        serving = fleet;
        tools.Table.Enter(scope, name, "InService", endpoint => Activate(endpoint, plan));
    }

    /// <summary>Exchanges the fleet that serves by the steps of a policy; what goes wrong leaves the old one serving.</summary>
    public async Task UpdateAsync(EndpointPlan plan, DeploymentProgress progress)
    {
        var green = new Fleet(tools, scope, name, plan);
        if (serving is not { } blue)
        {
            await ReplaceAsync(green);
            return;
        }
        var under = new FleetChange(tools, scope, name, blue, green, progress.Policy);
        change = under;
        try
        {
            if (await under.RunAsync(progress, shutdown) is { } reason)
            {
                tools.Table.Enter(scope, name, "RollingBack", endpoint => endpoint["FailureReason"] = reason);
                await under.ReturnAsync(shutdown);
                tools.Table.Enter(scope, name, "InService", endpoint =>
                {
                    endpoint.Remove(EndpointTable.Pending);
                    endpoint.Remove(EndpointTable.Progress);
                });
                return;
            }
            serving = green;
        }
        catch (OperationCanceledException)
        {
            await green.StopAsync(drain: false, keepModels: true);
            throw;
        }
        finally
        {
            change = null;
        }
        tools.Table.Enter(scope, name, "InService", endpoint => Activate(endpoint, plan));
        await blue.StopAsync(drain: true);
    }

    /// <summary>An update where nothing serves: there is nothing to go back to.</summary>
    private async Task ReplaceAsync(Fleet fleet)
    {
        if (await StartAsync(fleet) is { } reason)
        {
            tools.Table.Enter(scope, name, "RollingBack", endpoint => endpoint["FailureReason"] = reason);
            tools.Table.Enter(scope, name, "Failed", endpoint =>
            {
                endpoint.Remove(EndpointTable.Pending);
                endpoint.Remove(EndpointTable.Progress);
            });
            return;
        }
        serving = fleet;
        tools.Table.Enter(scope, name, "InService", endpoint => Activate(endpoint, fleet.Plan));
    }

    /// <summary>Other weights and instance counts.</summary>
    public async Task ScaleAsync(EndpointPlan plan)
    {
        try
        {
            await serving!.ScaleAsync(plan, shutdown);
            tools.Table.Enter(scope, name, "InService", endpoint => endpoint.Remove("FailureReason"));
        }
        catch (DeploymentFault fault)
        {
            // The desired counts go back to what runs.
            var kept = serving!.Plan;
            tools.Table.Enter(scope, name, "InService", endpoint =>
            {
                endpoint["FailureReason"] = fault.Message;
                endpoint[EndpointTable.Active] = kept.ToJson();
            });
        }
    }

    public async Task DeleteAsync()
    {
        if (serving is { } fleet)
        {
            serving = null;
            await fleet.StopAsync(drain: true);
        }
        var folder = Fleet.FolderOf(tools, scope, name);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        tools.Table.End(scope, name);
    }

    /// <summary>Takes an endpoint up again after a start: what served serves, what was under way goes on.</summary>
    public async Task ResumeAsync(JsonObject endpoint)
    {
        Tidy(endpoint);
        var active = EndpointPlan.Read(endpoint, EndpointTable.Active);
        var pending = EndpointPlan.Read(endpoint, EndpointTable.Pending);
        var status = endpoint.Text("EndpointStatus");
        if (status == "Deleting")
        {
            await DeleteAsync();
            return;
        }
        if (active is not null)
            await RestartAsync(active);
        if (status == "Creating" && pending is not null)
            await CreateAsync(pending);
        else if (status == "Updating" && pending is not null)
            await UpdateAsync(pending, DeploymentProgress.Read(endpoint, EndpointTable.Progress) ?? DeploymentProgress.Begin(DeploymentPolicy.AtOnce, tools.Time.GetUtcNow()));
        else if (status is "Updating" or "RollingBack")
            tools.Table.Enter(scope, name, "InService", e =>
            {
                e.Remove(EndpointTable.Pending);
                e.Remove(EndpointTable.Progress);
            });
    }

    /// <summary>Ends the processes and leaves all else for the next start.</summary>
    public async Task StopAsync()
    {
        await Work;
        if (serving is { } fleet)
            await fleet.StopAsync(drain: false, keepModels: true);
    }

    private async Task RestartAsync(EndpointPlan active)
    {
        var fleet = new Fleet(tools, scope, name, active);
        try
        {
            await fleet.StartAsync(patient: true, shutdown);
            serving = fleet;
        }
        catch (DeploymentFault fault)
        {
            tools.Table.Enter(scope, name, "Failed", endpoint => endpoint["FailureReason"] = fault.Message);
        }
    }

    /// <summary>Starts a fleet; null, or why it failed. A fleet that fails is gone afterwards.</summary>
    /// <exception cref="OperationCanceledException">The local cloud ends.</exception>
    private async Task<string?> StartAsync(Fleet fleet)
    {
        try
        {
            await fleet.StartAsync(patient: false, shutdown);
            return null;
        }
        catch (DeploymentFault fault)
        {
            await fleet.StopAsync(drain: false);
            return fault.Message;
        }
        catch (OperationCanceledException)
        {
            await fleet.StopAsync(drain: false, keepModels: true);
            throw;
        }
    }

    private static void Activate(JsonObject endpoint, EndpointPlan plan)
    {
        endpoint[EndpointTable.Active] = plan.ToJson();
        endpoint["EndpointConfigName"] = plan.ConfigName;
        endpoint.Remove(EndpointTable.Pending);
        endpoint.Remove(EndpointTable.Progress);
        endpoint.Remove("FailureReason");
    }

    /// <summary>Deletes what earlier instances and deployments left; models of plans that are still wanted stay.</summary>
    private void Tidy(JsonObject endpoint)
    {
        var folder = Fleet.FolderOf(tools, scope, name);
        if (!Directory.Exists(folder))
            return;
        var wanted = ((string[])[EndpointTable.Active, EndpointTable.Pending]).Select(m => EndpointPlan.Read(endpoint, m)?.Id).ToHashSet();
        foreach (var deployment in Directory.EnumerateDirectories(folder))
        {
            if (!wanted.Contains(Path.GetFileName(deployment)))
                Directory.Delete(deployment, recursive: true);
            else
                foreach (var instance in Directory.EnumerateDirectories(deployment).SelectMany(v => Directory.EnumerateDirectories(v, "i-*")))
                    Directory.Delete(instance, recursive: true);
        }
    }
}
