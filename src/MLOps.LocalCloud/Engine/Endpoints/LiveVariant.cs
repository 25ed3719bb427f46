using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;

namespace MLOps.LocalCloud.Engine.Endpoints;

/// <summary>A variant that serves: its instances and its share of the traffic.</summary>
internal sealed class LiveVariant(EndpointTools tools, Scope scope, string endpoint, VariantPlan plan, string folder)
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly ModelFiles model = new(tools.Objects, scope, plan, folder);
    private volatile Instance[] instances = [];
    private int turn;

    public string Name => plan.Name;

    public VariantPlan Plan => plan;

    /// <summary>Its weight now.</summary>
    public double Weight { get; set; } = plan.Weight;

    public Instance[] Instances => instances;

    /// <summary>Instances that take requests.</summary>
    public int HealthyCount => instances.Count(i => i.Healthy);

    /// <summary>Gets the model ready.</summary>
    public Task PrepareAsync(CancellationToken cancelled)
    {
        Directory.CreateDirectory(folder);
        return model.PrepareAsync(cancelled);
    }

    /// <summary>Adds instances; they take requests as they become healthy.</summary>
    public Instance[] Add(int count, bool patient)
    {
        Instance[] added = [.. Enumerable.Range(0, count).Select(_ => new Instance(tools, scope, endpoint, plan, model, folder, patient))];
        instances = [.. instances, .. added];
        return added;
    }

    /// <summary>Takes instances out, lets them finish what they have begun, and ends them.</summary>
    public async Task RemoveAsync(IReadOnlyCollection<Instance> leaving, bool drain)
    {
        instances = [.. instances.Except(leaving)];
        await Task.WhenAll(leaving.Select(async instance =>
        {
            var begun = tools.Time.GetTimestamp();
            while (Gently() && instance.InFlight > 0 && tools.Time.GetElapsedTime(begun) < Drain)
                await Task.Delay(TimeSpan.FromMilliseconds(50), tools.Time);
            await instance.StopAsync(Gently() ? Grace : TimeSpan.Zero);
        }));

        bool Gently() => drain && !tools.Lifetime.ApplicationStopping.IsCancellationRequested;
    }

    /// <summary>The instance for the next request, or null where none is healthy: the least busy, in turn among equals.</summary>
    public Instance? Choose()
    {
        var now = instances;
        var healthy = now.Count(i => i.Healthy);
        if (healthy == 0)
            return null;
        var start = plan.RandomRouting ? Random.Shared.Next(now.Length) : (int)((uint)Interlocked.Increment(ref turn) % (uint)now.Length);
        Instance? best = null;
        for (var i = 0; i < now.Length; i++)
        {
            var candidate = now[(start + i) % now.Length];
            if (!candidate.Healthy)
                continue;
            if (plan.RandomRouting)
                return candidate;
            if (best is null || candidate.InFlight < best.InFlight)
                best = candidate;
        }
        return best;
    }
}
