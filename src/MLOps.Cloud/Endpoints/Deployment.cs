using System.Globalization;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Endpoints;

/// <summary>A deployment under way: what is to take the place of what serves, and how far it has come.</summary>
/// <param name="ConfigName">The configuration that is deployed.</param>
/// <param name="Started">When it began.</param>
/// <param name="Phase"><c>Creating</c>, <c>ActivatingTraffic</c>, <c>Baking</c>…; empty where not told.</param>
/// <param name="Share">The new fleet's share of the traffic, 0 to 1.</param>
/// <param name="Message">The phase in the cloud's own words.</param>
public sealed record PendingDeployment(string ConfigName, DateTimeOffset? Started, string Phase, double Share, string Message, ValueList<VariantState> Variants);

/// <summary>How a deployment moves the traffic.</summary>
public enum TrafficShift
{
    /// <summary>The new fleet takes all traffic as soon as it is healthy.</summary>
    AllAtOnce,

    /// <summary>A part first, and after a wait the rest.</summary>
    Canary,

    /// <summary>Equal steps with a wait after each.</summary>
    Linear,

    /// <summary>Instances are exchanged batch by batch: no second fleet is paid for.</summary>
    Rolling,
}

/// <summary>What an endpoint shall serve, and how it gets there.</summary>
public sealed record DeploymentOrder(string Endpoint)
{
    /// <summary>An endpoint configuration that exists; empty where <see cref="Model"/> or <see cref="Package"/> is given.</summary>
    public string ConfigName { get; init; } = "";

    /// <summary>The name of the configuration that is made for a model or a package; the portal makes one up where it is empty.</summary>
    public string NewConfig { get; init; } = "";

    /// <summary>A model that takes the place of <see cref="Variant"/>'s; a configuration is made like the present one.</summary>
    public string Model { get; init; } = "";

    /// <summary>The ARN of an approved model package; a model is made of it first.</summary>
    public string Package { get; init; } = "";

    /// <summary>The variant whose model is exchanged.</summary>
    public string Variant { get; init; } = "";

    public TrafficShift Shift { get; init; } = TrafficShift.Canary;

    /// <summary>The size of the canary (1–50), of a linear step (10–50) or of a batch (5–50), in percent.</summary>
    public int Percent { get; init; } = 10;

    /// <summary>Seconds between two steps, 0–3,600.</summary>
    public int WaitSeconds { get; init; } = 300;

    /// <summary>Seconds for which the old fleet stays after all traffic has moved, 0–3,600.</summary>
    public int TerminationWaitSeconds { get; init; }

    /// <summary>CloudWatch alarms that take the deployment back, at most 10.</summary>
    public ValueList<string> Alarms { get; init; } = [];

    /// <summary>Whether variants keep the instance counts that they have now; else the configuration's count.</summary>
    public bool KeepInstances { get; init; } = true;

    /// <summary>What is wrong with the numbers, in words that say what to do; null where nothing is.</summary>
    public string? Fault() => Shift switch
    {
        _ when (ConfigName.Length > 0 ? 1 : 0) + (Model.Length > 0 ? 1 : 0) + (Package.Length > 0 ? 1 : 0) != 1 => "Choose what to deploy: a configuration, a model or a model package.",
        _ when ConfigName.Length == 0 && Variant.Length == 0 => "Choose the variant whose model is exchanged.",
        TrafficShift.Canary when Percent is < 1 or > 50 => "A canary takes between 1 and 50 percent of the traffic.",
        TrafficShift.Linear when Percent is < 10 or > 50 => "A linear step is between 10 and 50 percent of the traffic.",
        TrafficShift.Rolling when Percent is < 5 or > 50 => "A batch is between 5 and 50 percent of the instances.",
        _ when WaitSeconds is < 0 or > 3600 => "The wait between steps is at most 3,600 seconds.",
        _ when TerminationWaitSeconds is < 0 or > 3600 => "The old fleet stays for at most 3,600 seconds.",
        _ when Alarms.Count > 10 => "At most 10 alarms can watch a deployment.",
        _ => null,
    };
}

/// <summary>Names of endpoint configurations that the portal makes.</summary>
public static class ConfigNames
{
    private const int Longest = 63;

    /// <summary>A name that tells the endpoint and the moment, in milliseconds.</summary>
    public static string For(string endpoint, DateTimeOffset at)
    {
        var stamp = at.UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture);
        return $"{endpoint[..Math.Min(endpoint.Length, Longest - stamp.Length - 1)].TrimEnd('-')}-{stamp}";
    }
}

/// <summary>How a variant scales.</summary>
/// <param name="Target">Invocations per instance and minute that scaling aims at.</param>
public sealed record ScalingOrder(string Endpoint, string Variant, int MinInstances, int MaxInstances, double Target, int ScaleInSeconds, int ScaleOutSeconds)
{
    /// <summary>What is wrong with the numbers, in words that say what to do; null where nothing is.</summary>
    public string? Fault() =>
        MinInstances < 1 ? "At least one instance must stay: a real-time endpoint cannot scale to none."
        : MaxInstances < MinInstances ? $"The most instances ({MaxInstances}) cannot be fewer than the least ({MinInstances})."
        : MaxInstances > 1000 ? "More than 1,000 instances are not offered."
        : Target is not (> 0 and <= 10_000_000) ? "The target is a number of requests above 0 for each instance and minute."
        : ScaleInSeconds is < 0 or > 86_400 || ScaleOutSeconds is < 0 or > 86_400 ? "A cooldown is between 0 and 86,400 seconds."
        : null;
}

/// <summary>What of an endpoint's traffic is captured.</summary>
/// <param name="Percent">The share of requests, 0–100; 0 turns capture off.</param>
/// <param name="Uri">The S3 URI to write to.</param>
public sealed record CaptureOrder(string Endpoint, int Percent, string Uri)
{
    /// <summary>The name of the configuration that is made; the portal makes one up where it is empty.</summary>
    public string NewConfig { get; init; } = "";

    /// <summary>What is wrong with it, in words that say what to do; null where nothing is.</summary>
    public string? Fault() =>
        Percent is < 0 or > 100 ? "The share of requests is between 0 and 100 percent."
        : Percent > 0 && Objects.ObjectRef.Parse(Uri.TrimEnd('/') + "/x") is null ? "Captured requests need a place in S3, such as s3://bucket/captured."
        : null;
}

/// <summary>An endpoint configuration that could be deployed.</summary>
public sealed record EndpointConfigSummary(string Name, DateTimeOffset Created);

/// <summary>A CloudWatch alarm that could watch a deployment.</summary>
/// <param name="State"><c>OK</c>, <c>ALARM</c> or <c>INSUFFICIENT_DATA</c>.</param>
/// <param name="Watches">What it looks at, in words: <c>Sum of Invocation5XXErrors &gt; 5 over 1 × 60 s</c>.</param>
public sealed record AlarmSummary(string Name, string State, string Watches)
{
    /// <summary>When it was made, or made another one; null where that is not told.</summary>
    public DateTimeOffset? Changed { get; init; }

    /// <summary>Whether it looks at a metric of this endpoint.</summary>
    public bool IsOfEndpoint { get; init; }
}

/// <summary>What may be chosen for a deployment.</summary>
public sealed record DeploymentChoices(ValueList<EndpointConfigSummary> Configs, ValueList<AlarmSummary> Alarms);
