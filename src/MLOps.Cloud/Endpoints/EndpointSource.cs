using System.Collections.Concurrent;
using Amazon.ApplicationAutoScaling;
using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;
using Scaling = Amazon.ApplicationAutoScaling.Model;

namespace MLOps.Cloud.Endpoints;

/// <summary>
/// Reads endpoints: the state of each, its configuration once, and scaling for all at once. What the list shows as unchanged is looked
/// into in turns: only how many instances are healthy can have changed.
/// </summary>
internal sealed class EndpointSource(ICloudClients clients) : IIncrementalSource<EndpointSummary>
{
    private const int LookedIntoAtOnce = 60;

    // A list may tell of a change a little later than its time.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private readonly RollingLook turns = new(LookedIntoAtOnce);

    // A configuration and a model never change under their name while an endpoint uses them.
    private readonly ConcurrentDictionary<(string Connection, string Config, DateTime? Modified), IReadOnlyDictionary<string, VariantState>> configs = new();

    public string Kind => "endpoints";

    public IComparer<EndpointSummary> Order { get; } = Comparer<EndpointSummary>.Create((x, y) => string.CompareOrdinal(x.Name, y.Name));

    public string Key(EndpointSummary item) => item.Name;

    public async Task<IReadOnlyList<EndpointSummary>> ReadAllAsync(string connection, ValueList<EndpointSummary> known, CancellationToken cancelled)
    {
        var listed = await ListAsync(connection, null, cancelled);
        var before = known.ToDictionary(e => e.Name);
        return await ReadAsync(connection, before, [.. listed.Select(e => e.EndpointName)],
            listed.Where(e => IsUnchanged(before.GetValueOrDefault(e.EndpointName), e)).Select(e => e.EndpointName), cancelled);
    }

    /// <summary>What was deleted was in that state before, which counts as one that runs; else its turn or the next look at all finds that it is gone.</summary>
    public async Task<IReadOnlyList<EndpointSummary>> ReadChangedAsync(string connection, ValueList<EndpointSummary> known, CancellationToken cancelled)
    {
        var changed = (await ListAsync(connection, known.Max(e => e.Modified ?? e.Created) - Overlap, cancelled)).ToDictionary(e => e.EndpointName);
        var before = known.ToDictionary(e => e.Name);
        var unchanged = known.Where(e => changed.GetValueOrDefault(e.Name) is { } now ? IsUnchanged(e, now) : Status.Kind(e.Status) != StatusKind.Running).Select(e => e.Name);
        return await ReadAsync(connection, before, [.. changed.Keys.Union(before.Keys)], unchanged, cancelled);
    }

    private async Task<List<Aws.EndpointSummary>> ListAsync(string connection, DateTimeOffset? changedSince, CancellationToken cancelled)
    {
        var listed = new List<Aws.EndpointSummary>();
        var request = new Aws.ListEndpointsRequest { MaxResults = 100, LastModifiedTimeAfter = changedSince?.UtcDateTime };
        do
        {
            var answer = await clients.Get<IAmazonSageMaker>(connection).ListEndpointsAsync(request, cancelled);
            listed.AddRange(answer.Endpoints.OrEmpty());
            request.NextToken = answer.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));
        return listed;
    }

    private async Task<IReadOnlyList<EndpointSummary>> ReadAsync(
        string connection, Dictionary<string, EndpointSummary> before, List<string> names, IEnumerable<string> asTheyWere, CancellationToken cancelled)
    {
        if (names.Count == 0)
            return [];
        var unchanged = asTheyWere.ToHashSet();
        var scaling = await ScalingAsync(connection, null, cancelled);
        var turn = turns.Next(connection, unchanged);
        var read = await Several.ReadAsync(
            names,
            async (name, token) => unchanged.Contains(name) && !turn.Contains(name) ? Scaled(before[name], scaling) : await ReadAsync(connection, name, scaling, token),
            cancelled);
        return [.. read.OfType<EndpointSummary>()];
    }

    private static bool IsUnchanged(EndpointSummary? known, Aws.EndpointSummary now) =>
        known is not null && known.Status == now.EndpointStatus.Word() && known.Created == now.CreationTime.Time() && known.Modified == now.LastModifiedTime.Time()
        && Status.Kind(known.Status) != StatusKind.Running;

    private static EndpointSummary Scaled(EndpointSummary known, IReadOnlyDictionary<string, ScalingState> scaling) =>
        known with { Variants = known.Variants.Select(v => v with { Scaling = scaling.GetValueOrDefault(EndpointMapping.ResourceId(known.Name, v.Name)) }).ToValueList() };

    public async Task<EndpointSummary?> ReadAsync(string connection, string key, CancellationToken cancelled) =>
        await ReadAsync(connection, key, null, cancelled);

    private async Task<EndpointSummary?> ReadAsync(
        string connection, string name, IReadOnlyDictionary<string, ScalingState>? scaling, CancellationToken cancelled)
    {
        try
        {
            var endpoint = await clients.Get<IAmazonSageMaker>(connection).DescribeEndpointAsync(new Aws.DescribeEndpointRequest { EndpointName = name }, cancelled);
            var configured = await ConfiguredAsync(connection, endpoint, cancelled);
            scaling ??= await ScalingAsync(connection, [.. configured.Keys.Select(v => EndpointMapping.ResourceId(name, v))], cancelled);
            return EndpointMapping.Summary(connection, endpoint, configured, scaling);
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>The variants of an endpoint's configuration; none where the configuration was deleted meanwhile.</summary>
    private async Task<IReadOnlyDictionary<string, VariantState>> ConfiguredAsync(string connection, Aws.DescribeEndpointResponse endpoint, CancellationToken cancelled)
    {
        var key = (connection, endpoint.EndpointConfigName, endpoint.LastModifiedTime);
        if (configs.TryGetValue(key, out var known))
            return known;
        try
        {
            var config = await clients.Get<IAmazonSageMaker>(connection).DescribeEndpointConfigAsync(
                new Aws.DescribeEndpointConfigRequest { EndpointConfigName = endpoint.EndpointConfigName }, cancelled);
            var variants = await Several.ReadAsync(
                config.ProductionVariants ?? [], async (v, token) => EndpointMapping.Variant(v, await ImageAsync(connection, v.ModelName, token)), cancelled);
            foreach (var old in configs.Keys.Where(k => k.Connection == connection && k.Config == endpoint.EndpointConfigName))
                configs.TryRemove(old, out _);
            return configs[key] = variants.ToDictionary(v => v.Name);
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            return new Dictionary<string, VariantState>();
        }
    }

    private async Task<string> ImageAsync(string connection, string? model, CancellationToken cancelled)
    {
        if (string.IsNullOrEmpty(model))
            return "";
        try
        {
            var answer = await clients.Get<IAmazonSageMaker>(connection).DescribeModelAsync(new Aws.DescribeModelRequest { ModelName = model }, cancelled);
            return (answer.PrimaryContainer ?? answer.Containers.OrEmpty().FirstOrDefault())?.Image ?? "";
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            // Models may be deleted under a running endpoint.
            return "";
        }
    }

    private async Task<IReadOnlyDictionary<string, ScalingState>> ScalingAsync(string connection, List<string>? resourceIds, CancellationToken cancelled)
    {
        var client = clients.Get<IAmazonApplicationAutoScaling>(connection);
        var targets = new List<Scaling.ScalableTarget>();
        var asked = new Scaling.DescribeScalableTargetsRequest { ServiceNamespace = ServiceNamespace.Sagemaker, ResourceIds = resourceIds };
        do
        {
            var answer = await client.DescribeScalableTargetsAsync(asked, cancelled);
            targets.AddRange(answer.ScalableTargets.OrEmpty());
            asked.NextToken = answer.NextToken;
        }
        while (!string.IsNullOrEmpty(asked.NextToken));
        if (targets.Count == 0)
            return new Dictionary<string, ScalingState>();
        var policies = new List<Scaling.ScalingPolicy>();
        var request = new Scaling.DescribeScalingPoliciesRequest { ServiceNamespace = ServiceNamespace.Sagemaker };
        do
        {
            var answer = await client.DescribeScalingPoliciesAsync(request, cancelled);
            policies.AddRange(answer.ScalingPolicies.OrEmpty());
            request.NextToken = answer.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));
        var byResource = policies.ToLookup(p => p.ResourceId);
        return targets.Where(t => t.ScalableDimension == ScalableDimension.SagemakerVariantDesiredInstanceCount).ToDictionary(
            t => t.ResourceId,
            t => new ScalingState(t.MinCapacity ?? 0, t.MaxCapacity ?? 0) { Policies = byResource[t.ResourceId].Select(EndpointMapping.Policy).ToValueList() });
    }
}
