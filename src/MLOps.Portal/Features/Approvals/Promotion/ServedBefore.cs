using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Promotion;
using MLOps.Portal.Shared.History;

namespace MLOps.Portal.Features.Approvals.Promotion;

/// <summary>What the portal saw serving on an endpoint before what serves now.</summary>
internal static class ServedBefore
{
    /// <summary>
    /// The execution whose production served last before what serves now, of those that can be gone back to. One that people went back from
    /// lies newer in the pipeline, and is not what was good. Where the portal saw nothing, the newest.
    /// </summary>
    public static PipelineExecution? LastGood(ProductionHistory history, IReadOnlyList<ServingPeriod> periods)
    {
        var productions = periods.Where(p => p.ConfigName != history.Endpoint.ConfigName && p.To is not null).GroupBy(p => p.ConfigName).OrderByDescending(c => c.Max(p => p.To));
        // Of a production with a challenger, the execution that brought the challenger deployed both.
        return productions.Select(production => history.Earlier.FirstOrDefault(e => production.Any(p => p.TrainingJob.EndsWith(e.Id, StringComparison.Ordinal)))).FirstOrDefault(e => e is not null)
            ?? (history.Earlier is [var newest, ..] ? newest : null);
    }

    /// <summary>
    /// How the traffic was shared when an execution's production was replaced, by training job; none where the portal did not see it serving.
    /// The pipeline brings back what it deployed, with the weights of that day; people may have promoted its challenger since, and that is what was good.
    /// </summary>
    /// <param name="periods">What served on the endpoint, in any order.</param>
    /// <param name="config">The configuration that serves now: what runs in it is not "before".</param>
    public static Shares SharesOf(IReadOnlyList<ServingPeriod> periods, string config, string executionId)
    {
        var before = periods.Where(p => p.ConfigName != config && p.TrainingJob.Length > 0 && p.To is not null).ToList();
        var last = before.Where(p => p.TrainingJob.EndsWith(executionId, StringComparison.Ordinal)).MaxBy(p => p.To);
        if (last is null)
            return new Shares([]);
        // Of a configuration's variants, those that served until the moment when the last of them ended.
        var ended = before.Where(p => p.ConfigName == last.ConfigName).Max(p => p.To);
        return new Shares(before.Where(p => p.ConfigName == last.ConfigName && p.To == ended).GroupBy(p => p.TrainingJob).Select(g => KeyValuePair.Create(g.Key, g.Sum(p => p.Share) * 100)));
    }
}
