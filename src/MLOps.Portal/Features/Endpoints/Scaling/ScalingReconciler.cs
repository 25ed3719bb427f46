using System.Globalization;
using MLOps.Cloud.Endpoints;
using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Endpoints.Scaling;

/// <summary>Finds out whether a variant's scaling was changed or ended, and whether an alarm was made that guards it.</summary>
internal sealed class ScalingReconciler(IEndpointReader reader, IDeploymentReader deployments) : IReconciler
{
    private const string Endpoint = "endpoint";
    private const string Variant = "variant";
    private const string Before = "before";
    private const string Ordered = "ordered";
    private const string AlarmName = "alarm";
    private const string NoScaling = "no scaling";

    public IReadOnlyCollection<string> Kinds { get; } = ["scale", "stop", "make"];

    /// <summary>What a change of scaling must hold to be looked up; without an order it ends.</summary>
    public static Deed Deed(string what, string endpoint, VariantState variant, ScalingOrder? order = null) =>
        new Deed(what).With((Endpoint, endpoint), (Variant, variant.Name), (Before, Words(variant.Scaling)), (Ordered, order is null ? NoScaling : Words(order.MinInstances, order.MaxInstances, order.Target, order.ScaleInSeconds, order.ScaleOutSeconds)));

    /// <summary>What the making of an alarm must hold to be looked up.</summary>
    public static Deed Guard(string endpoint, string variant, GuardKind kind) =>
        new Deed($"make an alarm on {endpoint}/{variant}").With((Endpoint, endpoint), (Variant, variant), (AlarmName, IDeploymentReader.GuardName(endpoint, variant, kind)));

    public async Task<Finding?> LookAsync(LedgerEntry intent, CancellationToken cancelled)
    {
        if (!intent.Details.TryGetValue(Endpoint, out var endpoint) || !intent.Details.TryGetValue(Variant, out var name))
            return null;
        if (intent.Details.TryGetValue(AlarmName, out var alarm))
            return Alarm(intent, alarm, (await deployments.ChoicesAsync(intent.Connection, endpoint, cancelled)).Alarms.FirstOrDefault(a => a.Name == alarm));
        var operation = intent.Kind == "scale" ? "RegisterScalableTarget and PutScalingPolicy" : "DeregisterScalableTarget";
        var variant = (await Lookup.FindAsync(() => reader.DetailAsync(intent.Connection, endpoint, cancelled)))?.Endpoint.Variants.FirstOrDefault(v => v.Name == name);
        return variant is null ? Finding.Unclear($"There is no {endpoint}/{name} any more. {Lookup.Trail(intent, operation)}")
            : Lookup.Between(intent.Details.GetValueOrDefault(Before, ""), intent.Details.GetValueOrDefault(Ordered, ""), Words(variant.Scaling), Lookup.Trail(intent, operation));
    }

    private static Finding Alarm(LedgerEntry intent, string name, AlarmSummary? alarm) => alarm switch
    {
        null => Finding.Absent($"There is no alarm {name}."),
        { Changed: null } => Finding.Unclear($"There is an alarm {name}, and nothing tells since when. {Lookup.Trail(intent, "PutMetricAlarm")}"),
        { Changed: var at } when Lookup.IsSince(intent, at) => Finding.Happened($"The alarm {name} was set: {alarm.Watches}."),
        { Changed: var at } when at < intent.At => Finding.Absent($"The alarm {name} is as it was: {alarm.Watches}."),
        _ => Finding.Unclear($"The alarm {name} was set later once more: {alarm.Watches}. {Lookup.Trail(intent, "PutMetricAlarm")}"),
    };

    private static string Words(ScalingState? scaling) => scaling is null ? NoScaling
        : scaling.Policies.FirstOrDefault(p => p.TargetValue is not null) is { } policy
            ? Words(scaling.MinInstances, scaling.MaxInstances, policy.TargetValue!.Value, policy.ScaleInCooldownSeconds ?? 0, policy.ScaleOutCooldownSeconds ?? 0)
            : $"{Bounds(scaling.MinInstances, scaling.MaxInstances)}, no target";

    private static string Words(int least, int most, double target, int shrink, int grow) =>
        string.Create(CultureInfo.InvariantCulture, $"{Bounds(least, most)}, target {target}, cooldowns {shrink} and {grow} s");

    private static string Bounds(int least, int most) => string.Create(CultureInfo.InvariantCulture, $"{least} to {most} instances");
}
