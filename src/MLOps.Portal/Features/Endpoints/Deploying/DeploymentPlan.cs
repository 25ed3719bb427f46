using MLOps.Cloud.Endpoints;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Endpoints.Deploying;

/// <summary>A deployment in plain sentences, before it begins.</summary>
internal static class DeploymentPlan
{
    public static IReadOnlyList<string> Steps(DeploymentOrder order, EndpointSummary endpoint)
    {
        var instances = endpoint.Variants.Sum(v => v.DesiredInstances);
        var steps = new List<string>();
        if (order.Shift == TrafficShift.Rolling)
        {
            steps.Add($"Batches of {order.Percent} % of the {Words.Count(instances, "instance")} start with what is new, take their share of the traffic, and the same number of old ones end.");
            steps.Add($"After each batch it waits {Wait(order.WaitSeconds)}.");
        }
        else
        {
            steps.Add($"A second fleet of {Words.Count(instances, "instance")} starts beside the one that serves. Both are paid for until the old one ends.");
            steps.Add(order.Shift switch
            {
                TrafficShift.Canary => $"When it is healthy, {order.Percent} % of the traffic moves to it. After {Wait(order.WaitSeconds)} the rest follows.",
                TrafficShift.Linear => $"When it is healthy, the traffic moves in steps of {order.Percent} %, {Wait(order.WaitSeconds)} apart: {Wait((int)Math.Ceiling(100.0 / order.Percent - 1) * order.WaitSeconds)} in all.",
                _ => "When it is healthy, all traffic moves to it at once.",
            });
            steps.Add(order.TerminationWaitSeconds > 0 ? $"The old fleet stays for {Wait(order.TerminationWaitSeconds)} more, then it ends." : "The old fleet finishes what it has begun and ends.");
        }
        steps.Add(order.Alarms.Count > 0
            ? $"If {string.Join(" or ", order.Alarms)} rings meanwhile, all traffic goes back to what serves now."
            : "No alarm watches: only a new fleet that cannot get healthy is taken back.");
        return steps;
    }

    private static string Wait(int seconds) => seconds < 60 ? $"{seconds} s" : seconds % 60 == 0 ? $"{seconds / 60} min" : Words.Duration(TimeSpan.FromSeconds(seconds));
}
