using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.AutoScaling;
using MLOps.LocalCloud.State;

namespace MLOps.Tests.Unit.AutoScaling;

/// <summary>The scaler beside an endpoint that obeys at once, and a metric that has one value at all times.</summary>
internal sealed class ScalingCloud : ICloudCaller, IMetricStore, IDisposable
{
    public static readonly Scope Scope = new("123456789012", "us-east-1");
    public static readonly ScalableId Id = new(ScalableId.SageMaker, "endpoint/iris/variant/Main", ScalableId.Instances);

    private readonly string folder = Directory.CreateTempSubdirectory("scaling-").FullName;
    private readonly DocumentStore documents;
    private readonly PolicyAlarms alarms;
    private readonly Scaler scaler;

    public ScalingCloud()
    {
        var options = Options.Create(new LocalCloudOptions { StateFolder = folder });
        documents = new DocumentStore(new StateFolder(options));
        Store = new ScalingStore(documents);
        alarms = new PolicyAlarms(this, options);
        scaler = new Scaler(Store, alarms, this, this, Time);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2025, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public ScalingStore Store { get; }

    public int Instances { get; set; } = 2;

    public string Status { get; set; } = "InService";

    public bool Deleted { get; set; }

    /// <summary>Invocations per minute over all instances.</summary>
    public double PerMinute { get; set; }

    public void Target(int least, int most) => Store.Targets.Put(Scope, Id.Key, With(new() { ["MinCapacity"] = least, ["MaxCapacity"] = most }));

    public void Policy(double value, int? cooldownOut = null, int? cooldownIn = null)
    {
        var tracking = new JsonObject
        {
            ["TargetValue"] = value,
            ["PredefinedMetricSpecification"] = new JsonObject { ["PredefinedMetricType"] = "SageMakerVariantInvocationsPerInstance" },
        };
        if (cooldownOut is not null)
            tracking["ScaleOutCooldown"] = cooldownOut;
        if (cooldownIn is not null)
            tracking["ScaleInCooldown"] = cooldownIn;
        Store.Policies.Put(Scope, ScalingStore.PolicyKey(Id, "p"), With(new()
        {
            ["PolicyName"] = "p",
            ["TargetTrackingScalingPolicyConfiguration"] = tracking,
            ["CreationTime"] = Time.GetUtcNow().ToEpoch(),
            ["Alarms"] = new JsonArray(new JsonObject { ["AlarmName"] = "x-AlarmHigh-1" }, new JsonObject { ["AlarmName"] = "x-AlarmLow-1" }),
        }));
    }

    /// <summary>Lets time pass, looking after the target each second as the engine does.</summary>
    public async Task PassAsync(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await scaler.LookAfterAsync(Scope, Id, CancellationToken.None);
        }
    }

    public IReadOnlyList<JsonObject> Activities => [.. Store.ActivitiesOf(Scope, Id).Select(a => a.Value)];

    public Task<OperationAnswer> CallAsync(OperationCall call)
    {
        if (call.Operation == "DescribeEndpoint" && Deleted)
            throw AwsException.Validation("Could not find endpoint.");
        if (call.Operation == "UpdateEndpointWeightsAndCapacities")
            Instances = call.Input.Objects("DesiredWeightsAndCapacities").Single().Whole("DesiredInstanceCount")!.Value;
        return Task.FromResult<OperationAnswer>(new JsonObject
        {
            ["EndpointStatus"] = Status,
            ["ProductionVariants"] = new JsonArray(new JsonObject { ["VariantName"] = "Main", ["DesiredInstanceCount"] = Instances }),
        });
    }

    public void Record(Scope scope, MetricSample sample) => throw new NotSupportedException();

    public (double Sum, long Count) Total(
        Scope scope, string @namespace, string name, IReadOnlyList<(string Name, string Value)> dimensions, DateTimeOffset from, DateTimeOffset to) =>
        PerMinute == 0 ? (0, 0) : (PerMinute / Instances * ((to - from) / TimeSpan.FromMinutes(1)), 1);

    public void Dispose()
    {
        documents.Dispose();
        Directory.Delete(folder, true);
    }

    private static JsonObject With(JsonObject more)
    {
        var document = Id.ToJson();
        foreach (var (name, value) in more)
            document[name] = value.Copy();
        return document;
    }
}
