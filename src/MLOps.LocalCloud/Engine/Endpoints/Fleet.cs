using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;

namespace MLOps.LocalCloud.Engine.Endpoints;

/// <summary>The processes of one deployed plan.</summary>
internal sealed class Fleet
{
    private readonly string folder;

    public Fleet(EndpointTools tools, Scope scope, string endpoint, EndpointPlan plan)
    {
        (Plan, Whole) = (plan, plan);
        folder = Path.Combine(FolderOf(tools, scope, endpoint), plan.Id);
        Variants = [.. plan.Variants.Select(v => new LiveVariant(tools, scope, endpoint, v, Path.Combine(folder, v.Name)))];
    }

    /// <summary>The plan as deployed; scaling changes it.</summary>
    public EndpointPlan Plan { get; private set; }

    /// <summary>The plan with all its instances, also while a rolling update lets only a part of them run.</summary>
    public EndpointPlan Whole { get; private set; }

    public IReadOnlyList<LiveVariant> Variants { get; }

    /// <summary>Where an endpoint's deployments keep their files.</summary>
    public static string FolderOf(EndpointTools tools, Scope scope, string endpoint) =>
        Path.Combine(tools.State.Folder("endpoints", $"{scope.Account}-{scope.Region}"), endpoint);

    /// <summary>Gets the models ready.</summary>
    /// <exception cref="DeploymentFault">One cannot be had.</exception>
    public Task PrepareAsync(CancellationToken cancelled) => Task.WhenAll(Variants.Select(v => v.PrepareAsync(cancelled)));

    /// <summary>Brings weights and instance counts to another plan of the same variants, for good.</summary>
    /// <inheritdoc cref="ApplyAsync"/>
    public async Task ScaleAsync(EndpointPlan changed, CancellationToken cancelled)
    {
        await ApplyAsync(changed, cancelled);
        Whole = changed;
    }

    /// <summary>Starts all instances. Ends when all are healthy, or at once where patient ones need not be.</summary>
    /// <exception cref="DeploymentFault">One cannot get well.</exception>
    public async Task StartAsync(bool patient, CancellationToken cancelled)
    {
        await PrepareAsync(cancelled);
        var added = Variants.SelectMany(v => v.Add(v.Plan.Instances, patient)).ToList();
        if (!patient)
            await HealthyAsync(added, cancelled);
    }

    /// <summary>Brings weights and instance counts to another plan of the same variants. What it adds and cannot get well it takes back.</summary>
    /// <param name="patient">Whether added instances are tried for ever.</param>
    /// <exception cref="DeploymentFault">An added instance cannot get well.</exception>
    public async Task ApplyAsync(EndpointPlan changed, CancellationToken cancelled, bool patient = false)
    {
        var added = new List<(LiveVariant Variant, Instance[] Instances)>();
        foreach (var (variant, wanted) in Variants.Join(changed.Variants, v => v.Name, p => p.Name, (v, p) => (v, p)))
        {
            variant.Weight = wanted.Weight;
            if (wanted.Instances > variant.Instances.Length)
                added.Add((variant, variant.Add(wanted.Instances - variant.Instances.Length, patient)));
        }
        try
        {
            await HealthyAsync([.. added.SelectMany(a => a.Instances)], cancelled);
        }
        catch (DeploymentFault) when (!patient)
        {
            await Task.WhenAll(added.Select(a => a.Variant.RemoveAsync(a.Instances, drain: true)));
            throw;
        }
        Plan = changed;
        // Unhealthy ones go first, then the youngest.
        await Task.WhenAll(Variants.Join(changed.Variants, v => v.Name, p => p.Name, (variant, wanted) => variant.RemoveAsync(
            [.. variant.Instances.Reverse().OrderBy(i => i.Healthy).Take(variant.Instances.Length - wanted.Instances)], drain: true)));
    }

    /// <summary>Ends all instances and deletes their files.</summary>
    public async Task StopAsync(bool drain, bool keepModels = false)
    {
        await Task.WhenAll(Variants.Select(v => v.RemoveAsync(v.Instances, drain)));
        if (!keepModels && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static async Task HealthyAsync(IReadOnlyList<Instance> instances, CancellationToken cancelled)
    {
        var waiting = instances.Select(i => i.HealthyOnce).ToList();
        while (waiting.Count > 0)
        {
            var first = await Task.WhenAny(waiting).WaitAsync(cancelled);
            await first; // the first that cannot get well ends the wait for all
            waiting.Remove(first);
        }
    }
}
