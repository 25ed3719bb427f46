using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Unit.Stacks;

/// <summary>
/// The other services as far as stacks call them, in memory. Every call is written down; a call can be made to fail, and from a
/// call on the cloud can fall silent, as if the process had ended there.
/// </summary>
internal sealed class FakeCloud : ICloudCaller
{
    private static readonly HashSet<string> Reads = ["Describe", "Get", "List", "Head", "Batch"];
    private readonly Dictionary<(string, string), Func<OperationCall, JsonObject>> handlers = [];
    private readonly Lock gate = new();
    private readonly List<string> calls = [];
    private readonly SemaphoreSlim hanging = new(0);
    private int changes;

    public FakeCloud()
    {
        Keyed("sqs", "Queue", "QueueName");
        On("sqs", "GetQueueUrl", c => Exists("Queue", c.Input.Required("QueueName"), "QueueDoesNotExist") is { } n ? new JsonObject { ["QueueUrl"] = Url(n) } : []);
        On("sqs", "CreateQueue", c => Add("Queue", c.Input.Required("QueueName"), c.Input, "QueueNameExists"));
        On("sqs", "SetQueueAttributes", c => Merge("Queue", c.Input.Required("QueueUrl").Split('/')[^1], c.Input.Object("Attributes")!));
        On("sqs", "DeleteQueue", c => Delete("Queue", c.Input.Required("QueueUrl").Split('/')[^1], "QueueDoesNotExist"));
        On("sns", "GetTopicAttributes", c => { Exists("Topic", c.Input.Required("TopicArn"), "NotFound"); return []; });
        On("sns", "CreateTopic", c => Add("Topic", c.Scope.Arn("sns", c.Input.Required("Name")), c.Input, "Exists"));
        On("sns", "SetTopicAttributes", c => Merge("Topic", c.Input.Required("TopicArn"), new JsonObject { [c.Input.Required("AttributeName")] = c.Input.Required("AttributeValue") }));
        On("sns", "DeleteTopic", c => Delete("Topic", c.Input.Required("TopicArn"), "NotFound"));
        On("sns", "Publish", c => { Published.Enqueue(c.Input.Required("Message")); return []; });
        Keyed("sagemaker", "Model", "ModelName");
        Keyed("sagemaker", "EndpointConfig", "EndpointConfigName");
        Keyed("sagemaker", "Endpoint", "EndpointName");
        On("sagemaker", "UpdateEndpoint", UpdateEndpoint);
        On("sagemaker", "AddTags", _ => []);
        On("sagemaker", "DeleteTags", _ => []);
        On("s3", "HeadBucket", c => { Exists("Bucket", c.Input.Required("Bucket"), "NotFound"); return []; });
        On("s3", "CreateBucket", c => Add("Bucket", c.Input.Required("Bucket"), c.Input, "BucketAlreadyOwnedByYou"));
        On("s3", "DeleteBucket", c => Delete("Bucket", c.Input.Required("Bucket"), "NoSuchBucket"));
        foreach (var put in (string[])["PutBucketVersioning", "PutBucketEncryption", "PutPublicAccessBlock", "PutBucketTagging"])
            On("s3", put, c => Merge("Bucket", c.Input.Required("Bucket"), c.Input));
    }

    /// <summary>What exists: kind and name → what it was given.</summary>
    public ConcurrentDictionary<(string Kind, string Name), JsonObject> Things { get; } = new();

    public ConcurrentQueue<string> Published { get; } = new();

    /// <summary>Makes calls fail: the operation and its input → the error, or null.</summary>
    public Func<string, JsonObject, AwsException?> Refuses { get; set; } = (_, _) => null;

    /// <summary>The reason for which endpoints of a configuration fail, or null.</summary>
    public Func<string, string?> EndpointFails { get; set; } = _ => null;

    /// <summary>How many changing calls are answered before the cloud falls silent.</summary>
    public int SilentFrom { get; set; } = int.MaxValue;

    /// <summary>Whether the call at which the cloud falls silent still takes effect.</summary>
    public bool LastTakesEffect { get; set; }

    /// <summary>A queue whose creation hangs until its caller gives up.</summary>
    public string? HangsUntilCancelled { get; set; }

    /// <summary>Ends when such a call has come in; then a next one is waited for.</summary>
    public Task Hanging => hanging.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>The changing calls so far.</summary>
    public IReadOnlyList<string> Calls
    {
        get { lock (gate) return [.. calls]; }
    }

    public int Changes => Volatile.Read(ref changes);

    public IEnumerable<string> Names(string kind) => Things.Keys.Where(k => k.Kind == kind).Select(k => k.Name);

    public FakeCloud On(string service, string operation, Func<OperationCall, JsonObject> handler)
    {
        handlers[(service, operation)] = handler;
        return this;
    }

    public async Task<OperationAnswer> CallAsync(OperationCall call)
    {
        await Task.Yield();
        call.Cancelled.ThrowIfCancellationRequested();
        var changing = !Reads.Any(r => call.Operation.StartsWith(r, StringComparison.Ordinal)) && call.Operation != "Publish";
        var number = changing ? Interlocked.Increment(ref changes) : Volatile.Read(ref changes);
        var silent = number > SilentFrom || changing && number == SilentFrom;
        if (silent && !(changing && number == SilentFrom && LastTakesEffect))
            await new TaskCompletionSource().Task;
        if (changing)
            lock (gate)
                calls.Add(call.Operation);
        if (HangsUntilCancelled is { } queue && call.Operation == "CreateQueue" && call.Input.Text("QueueName") == queue)
        {
            hanging.Release();
            await Task.Delay(Timeout.Infinite, call.Cancelled);
        }
        if (Refuses(call.Operation, call.Input) is { } refused)
            throw refused;
        var handler = handlers.GetValueOrDefault((call.Service, call.Operation)) ?? throw AwsException.NotBuilt(call.Service, call.Operation);
        var answer = handler(call);
        if (silent)
            await new TaskCompletionSource().Task;
        return answer;
    }

    private static string Url(string queue) => $"http://127.0.0.1:4566/123456789012/{queue}";

    private void Keyed(string service, string kind, string key)
    {
        On(service, $"Create{kind}", c => Add(kind, c.Input.Required(key), c.Input, "ValidationException"));
        On(service, $"Delete{kind}", c => Delete(kind, c.Input.Required(key), "ValidationException"));
        On(service, $"Describe{kind}", c =>
        {
            var name = c.Input.Required(key);
            Exists(kind, name, "ValidationException");
            var described = (JsonObject)Things[(kind, name)].DeepClone();
            described[$"{kind}Arn"] = c.Scope.Arn(service, $"{kind.ToLowerInvariant()}/{name}");
            if (kind == "Endpoint")
                (described["EndpointStatus"], described["FailureReason"]) = EndpointFails(described.Required("EndpointConfigName")) is { } reason ? ("Failed", reason) : ("InService", null);
            return described;
        });
    }

    private JsonObject UpdateEndpoint(OperationCall call)
    {
        Exists("EndpointConfig", call.Input.Required("EndpointConfigName"), "ValidationException");
        return Merge("Endpoint", call.Input.Required("EndpointName"), call.Input);
    }

    private JsonObject Add(string kind, string name, JsonObject value, string taken) =>
        Things.TryAdd((kind, name), (JsonObject)value.DeepClone()) ? [] : throw new AwsException(taken, $"{kind} {name} already exists");

    private JsonObject Merge(string kind, string name, JsonObject value)
    {
        Exists(kind, name, "NotFound");
        Things.AddOrUpdate((kind, name), _ => [], (_, old) =>
        {
            var merged = (JsonObject)old.DeepClone();
            foreach (var (member, v) in value)
                merged[member] = v?.DeepClone();
            return merged;
        });
        return [];
    }

    private JsonObject Delete(string kind, string name, string missing) =>
        Things.TryRemove((kind, name), out _) ? [] : throw new AwsException(missing, $"Could not find {kind} {name}");

    private string Exists(string kind, string name, string missing) =>
        Things.ContainsKey((kind, name)) ? name : throw new AwsException(missing, $"Could not find {kind} {name}");
}
