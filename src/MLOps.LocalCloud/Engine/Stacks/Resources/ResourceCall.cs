using System.Text.Json.Nodes;
using System.Threading.Channels;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Resources;

/// <summary>What a resource type needs to make its calls: whose they are, and which resource it is about.</summary>
internal sealed class ResourceCall(ICloudCaller caller, CloudEventBus bus, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    public required Scope Scope { get; init; }

    /// <summary>Who calls, as an ARN.</summary>
    public required string Principal { get; init; }

    public required CancellationToken Cancelled { get; init; }

    /// <summary>The name under which the resource is made: the template's or a generated one.</summary>
    public required string Name { get; init; }

    /// <summary>The properties, checked and coerced.</summary>
    public required JsonObject Properties { get; init; }

    /// <summary>What identifies the resource; null before it exists.</summary>
    public string? PhysicalId { get; init; }

    /// <summary>Calls an operation as the stack's principal.</summary>
    public async Task<JsonObject> CallAsync(string service, string operation, JsonObject input) =>
        (await caller.CallAsync(new OperationCall(service, operation, Scope, input) { Principal = Principal, Cancelled = Cancelled })).Output;

    /// <summary>Calls an operation; null where it answers that what it is about does not exist.</summary>
    public async Task<JsonObject?> TryAsync(string service, string operation, JsonObject input)
    {
        try
        {
            return await CallAsync(service, operation, input);
        }
        catch (AwsException e) when (IsMissing(e))
        {
            return null;
        }
    }

    // Each service has its own word for it; SageMaker has none and says it in the message.
    private static bool IsMissing(AwsException e) => e.Status == 404
        || e.Code.Contains("NotFound", StringComparison.Ordinal) || e.Code.Contains("DoesNotExist", StringComparison.Ordinal)
        || e.Code.Contains("NonExistent", StringComparison.Ordinal) || e.Code.StartsWith("NoSuch", StringComparison.Ordinal)
        || e.Code == "ValidationException" && e.Message.StartsWith("Could not find", StringComparison.OrdinalIgnoreCase);

    /// <summary>Waits until a condition holds: asks again whenever the service announces something, and every 200 ms.</summary>
    /// <param name="source">The service as events name it, such as <c>aws.sagemaker</c>.</param>
    public async Task UntilAsync(string source, Func<Task<bool>> holds)
    {
        var happened = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = bus.Subscribe(e =>
        {
            if (e.Source == source && e.Scope == Scope)
                happened.Writer.TryWrite(true);
        });
        while (!await holds())
        {
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            await Task.WhenAny(happened.Reader.WaitToReadAsync(pause.Token).AsTask(), Task.Delay(Poll, time, pause.Token));
            await pause.CancelAsync();
            Cancelled.ThrowIfCancellationRequested();
            happened.Reader.TryRead(out _);
        }
    }

    /// <summary>The same resource once its physical id is known.</summary>
    public ResourceCall For(string physicalId) => new(caller, bus, time)
    {
        Scope = Scope, Principal = Principal, Cancelled = Cancelled, Name = Name, Properties = Properties, PhysicalId = physicalId,
    };
}
