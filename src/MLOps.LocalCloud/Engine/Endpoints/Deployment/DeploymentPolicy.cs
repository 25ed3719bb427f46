using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Endpoints.Deployment;

/// <summary>How an update moves the traffic from the old fleet to the new one, and what makes it go back.</summary>
/// <param name="Kind"><c>ALL_AT_ONCE</c>, <c>CANARY</c>, <c>LINEAR</c> or <c>ROLLING</c>.</param>
/// <param name="Shares">The new fleet's share of the traffic after each step, above 0; the last is 1.</param>
/// <param name="WaitSeconds">The time between two steps.</param>
/// <param name="TerminationWaitSeconds">The time between the last step and the end of the old fleet.</param>
/// <param name="LimitSeconds">The longest time that the whole may take.</param>
/// <param name="Alarms">CloudWatch alarms; one in the state ALARM takes the deployment back.</param>
/// <param name="RollbackShare">Of a rolling update: the share that moves back at a time.</param>
internal sealed record DeploymentPolicy(
    string Kind, IReadOnlyList<double> Shares, int WaitSeconds, int TerminationWaitSeconds, int LimitSeconds, IReadOnlyList<string> Alarms, double RollbackShare)
{
    /// <summary>What AWS allows a deployment to take where nobody says.</summary>
    private const int DefaultLimitSeconds = 14_400;

    /// <summary>All traffic at once, without alarms: an update that says nothing else.</summary>
    public static DeploymentPolicy AtOnce { get; } = new("ALL_AT_ONCE", [1], 0, 0, DefaultLimitSeconds, [], 1);

    /// <summary>Whether instances are exchanged batch by batch; else a whole second fleet starts first.</summary>
    public bool IsRolling => Kind == "ROLLING";

    public static DeploymentPolicy Read(JsonNode? stored) => stored.Deserialize<DeploymentPolicy>() ?? AtOnce;

    public JsonNode ToJson() => JsonSerializer.SerializeToNode(this)!;

    /// <summary>The policy of a DeploymentConfig; <see cref="AtOnce"/> where it is null.</summary>
    /// <param name="instances">How many instances the endpoint has, for sizes that are counts.</param>
    /// <exception cref="AwsException">The sizes are outside SageMaker's bounds, or the parts do not fit each other.</exception>
    public static DeploymentPolicy Of(JsonObject? config, int instances)
    {
        if (config is null)
            return AtOnce;
        var alarms = config.Object("AutoRollbackConfiguration")?.Objects("Alarms").Select(a => a.Required("AlarmName")).ToList() ?? [];
        var (blueGreen, rolling) = (config.Object("BlueGreenUpdatePolicy"), config.Object("RollingUpdatePolicy"));
        if (blueGreen is not null && rolling is not null)
            throw AwsException.Validation("Specify either BlueGreenUpdatePolicy or RollingUpdatePolicy, not both.");
        if (rolling is not null)
            return Rolling(rolling, instances, alarms);
        return blueGreen is null ? AtOnce with { Alarms = alarms } : BlueGreen(blueGreen, instances, alarms);
    }

    private static DeploymentPolicy BlueGreen(JsonObject policy, int instances, List<string> alarms)
    {
        var routing = policy.Object("TrafficRoutingConfiguration")!;
        var kind = routing.Required("Type");
        var (canary, linear) = (routing.Object("CanarySize"), routing.Object("LinearStepSize"));
        if ((canary is not null) != (kind == "CANARY"))
            throw AwsException.Validation(kind == "CANARY" ? "CanarySize is required for the traffic routing CANARY." : $"CanarySize does not apply to the traffic routing {kind}.");
        if ((linear is not null) != (kind == "LINEAR"))
            throw AwsException.Validation(kind == "LINEAR" ? "LinearStepSize is required for the traffic routing LINEAR." : $"LinearStepSize does not apply to the traffic routing {kind}.");
        IReadOnlyList<double> shares = kind switch
        {
            "CANARY" => [Share(canary!, "CanarySize", instances, 0.01, 0.5), 1],
            "LINEAR" => Steps(Share(linear!, "LinearStepSize", instances, 0.1, 0.5)),
            _ => [1],
        };
        return new DeploymentPolicy(kind, shares, routing.Whole("WaitIntervalInSeconds") ?? 0, policy.Whole("TerminationWaitInSeconds") ?? 0,
            Limit(policy, routing.Whole("WaitIntervalInSeconds") ?? 0), alarms, 1);
    }

    private static DeploymentPolicy Rolling(JsonObject policy, int instances, List<string> alarms)
    {
        var batch = Share(policy.Object("MaximumBatchSize")!, "MaximumBatchSize", instances, 0.05, 0.5);
        var back = policy.Object("RollbackMaximumBatchSize") is { } size ? Share(size, "RollbackMaximumBatchSize", instances, 0.05, 1) : 1;
        var wait = policy.Whole("WaitIntervalInSeconds") ?? 0;
        return new DeploymentPolicy("ROLLING", Steps(batch), wait, wait, Limit(policy, wait), alarms, back);
    }

    private static int Limit(JsonObject policy, int wait)
    {
        var limit = policy.Whole("MaximumExecutionTimeoutInSeconds") ?? DefaultLimitSeconds;
        return limit > wait ? limit : throw AwsException.Validation(
            $"MaximumExecutionTimeoutInSeconds ({limit}) must be longer than WaitIntervalInSeconds ({wait}).");
    }

    private static double Share(JsonObject size, string name, int instances, double least, double most)
    {
        var value = size.Whole("Value") ?? 0;
        var share = size.Required("Type") == "INSTANCE_COUNT" ? (double)value / Math.Max(1, instances) : value / 100.0;
        if (share < least - 1e-9 || share > most + 1e-9)
            throw AwsException.Validation(
                $"{name} must be between {least * 100:0} and {most * 100:0} percent of the endpoint's {instances} instances; {value} {(size.Required("Type") == "INSTANCE_COUNT" ? "instances are" : "percent is")} not.");
        return share;
    }

    private static double[] Steps(double size) => [.. Enumerable.Range(1, (int)Math.Ceiling(1 / size - 1e-9)).Select(n => Math.Min(1, n * size))];
}
