using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Amazon.CloudFormation;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Values;
using Aws = Amazon.CloudFormation.Model;

namespace MLOps.Cloud.Promotion;

/// <summary>
/// Asks CloudFormation for the endpoint's stack, and the pipelines' definitions for the stage that deploys it. What no such stage deploys is
/// looked for by what it serves.
/// </summary>
internal sealed partial class DeployingStages(ICloudClients clients, EndpointSource endpoints, EndpointOrigins origins, IInventory<PipelineSnapshot> pipelines) : IDeployingStages
{
    private const string StackName = "StackName";
    private readonly ConcurrentDictionary<string, (InventoryState<PipelineSnapshot> Of, FrozenSet<string> Stacks)> guarded = new(StringComparer.Ordinal);

    public async Task<DeployingStage?> FindAsync(string connection, string endpoint, CancellationToken cancelled = default)
    {
        var now = await endpoints.ReadAsync(connection, endpoint, cancelled)
            ?? throw new CloudException(new CloudFault(CloudFaultKind.NotFound, $"There is no endpoint named '{endpoint}'."));
        return await ByStackAsync(connection, now, cancelled)
            ?? (await origins.PipelineAsync(connection, now, await origins.ReadAsync(connection, now, cancelled), cancelled) is { } pipeline ? Last(pipeline.Definition) : null);
    }

    public bool SeemsGuarded(string connection, string endpoint)
    {
        var now = pipelines.Current(connection);
        if (!guarded.TryGetValue(connection, out var known) || !ReferenceEquals(known.Of, now))
            guarded[connection] = known = (now, GuardedStacks(now.Items).ToFrozenSet(StringComparer.Ordinal));
        return known.Stacks.Contains(endpoint);
    }

    /// <summary>The names of the stacks that are deployed behind an approval, without those that are known only when they are.</summary>
    private static IEnumerable<string> GuardedStacks(IEnumerable<PipelineSnapshot> pipelines) =>
        from pipeline in pipelines
        from stack in pipeline.Definition.Stages.SelectMany(s => s.Actions).SelectMany(a => a.Configuration).Where(s => s.Name == StackName).Select(s => s.Value).Distinct()
        where Stages(pipeline.Definition, a => a.Configuration.Any(s => s.Name == StackName && s.Value == stack)).Any(s => s.IsGuarded)
        select stack;

    /// <summary>The stage whose stack holds the endpoint; null where no pipeline's does.</summary>
    public async Task<DeployingStage?> ByStackAsync(string connection, EndpointSummary endpoint, CancellationToken cancelled)
    {
        var known = await KnownAsync(connection, cancelled);
        if (await StackAsync(connection, endpoint, cancelled) is not { } stack)
            return null;
        var stages = known.SelectMany(p => Stages(p.Definition, a => a.Configuration.Any(s => s.Name == StackName && s.Value == stack))).ToList();
        if (stages.Count == 0)
            stages = [.. known.SelectMany(p => Stages(p.Definition, a => a.Configuration.Any(s => s.Name == StackName && MayMean(s.Value, stack))))];
        return stages.MaxBy(s => s.IsGuarded);
    }

    /// <summary>The last stage of a pipeline that deploys anything.</summary>
    public static DeployingStage? Last(PipelineDefinition pipeline) =>
        Stages(pipeline, a => a.Category == "Deploy").LastOrDefault() is { } stage ? stage with { IsCertain = false }
        // A function or a build may deploy as well: the approval is what counts.
        : Stages(pipeline, a => a.Category is "Invoke" or "Build").LastOrDefault() is { IsGuarded: true } other ? other with { IsCertain = false } : null;

    /// <summary>Every pipeline. Right after the start they are waited for: none known would look like none there.</summary>
    private async Task<ValueList<PipelineSnapshot>> KnownAsync(string connection, CancellationToken cancelled)
    {
        if (pipelines.Current(connection).AsOf is null)
            await pipelines.RefreshAsync(connection, cancelled: cancelled);
        return pipelines.Current(connection) is { AsOf: not null } known ? known.Items
            : throw new CloudException(pipelines.Current(connection).Fault ?? new CloudFault(CloudFaultKind.Unreachable, "The pipelines are not known yet. Try again in a moment."));
    }

    private static IEnumerable<DeployingStage> Stages(PipelineDefinition pipeline, Func<ActionDefinition, bool> deploys)
    {
        var (stageThatAsks, asks) = ("", "");
        foreach (var (stage, action) in pipeline.Stages.SelectMany(s => s.Actions.OrderBy(a => a.RunOrder), (s, a) => (s, a)))
        {
            if (action.Category == PipelineMapping.Approval)
                (stageThatAsks, asks) = (stage.Name, action.Name);
            else if (deploys(action))
                yield return new DeployingStage(pipeline.Name, stage.Name, stageThatAsks, asks);
        }
    }

    /// <summary>The name of the stack that made the endpoint; null where none did.</summary>
    private async Task<string?> StackAsync(string connection, EndpointSummary endpoint, CancellationToken cancelled)
    {
        try
        {
            var answer = await clients.Get<IAmazonCloudFormation>(connection).DescribeStackResourcesAsync(new Aws.DescribeStackResourcesRequest { PhysicalResourceId = endpoint.Arn }, cancelled);
            return answer.StackResources.OrEmpty().FirstOrDefault()?.StackName;
        }
        catch (CloudException e) when (e.Fault.Kind is CloudFaultKind.NotFound or CloudFaultKind.Invalid)
        {
            return null;
        }
        catch (CloudException e) when (e.Fault.Kind is CloudFaultKind.Denied or CloudFaultKind.NotSupported)
        {
            // Stacks of endpoints are mostly called like them.
            return endpoint.Name;
        }
    }

    /// <summary>Whether a stack's name in a definition can become that stack: its variables are filled in only when it runs.</summary>
    private static bool MayMean(string configured, string stack) => configured.Contains("#{", StringComparison.Ordinal)
        && Regex.IsMatch(stack, $"^{string.Join(".+", Variable().Split(configured).Select(Regex.Escape))}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"#\{[^}]*\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Variable();
}
