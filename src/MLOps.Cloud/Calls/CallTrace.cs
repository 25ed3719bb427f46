namespace MLOps.Cloud.Calls;

/// <summary>
/// The calls to a cloud that are made inside its <c>using</c>, by whatever is awaited there: so that who asked for a change can say by
/// which requests it was made.
/// </summary>
public sealed class CallTrace : IDisposable
{
    private static readonly AsyncLocal<CallTrace?> Current = new();
    private static readonly string[] Reads = ["Get", "List", "Describe", "Head", "Search", "BatchGet", "Filter", "Lookup", "Query", "Receive", "Invoke"];

    private readonly Lock gate = new();
    private readonly List<TracedCall> calls = [];
    private readonly CallTrace? outer;

    private CallTrace(CallTrace? outer) => this.outer = outer;

    /// <summary>The calls that change something, in the order in which they began.</summary>
    public IReadOnlyList<TracedCall> Changes
    {
        get
        {
            lock (gate)
                return [.. calls.Where(c => !Reads.Any(read => c.Operation.StartsWith(read, StringComparison.Ordinal)))];
        }
    }

    /// <summary>Begins to follow the calls.</summary>
    public static CallTrace Begin() => Current.Value = new CallTrace(Current.Value);

    /// <summary>A call begins; null where nobody follows.</summary>
    internal static TracedCall? Began(string service, string operation) => Current.Value?.Add(new TracedCall(service, operation));

    public void Dispose() => Current.Value = outer;

    private TracedCall Add(TracedCall call)
    {
        lock (gate)
            calls.Add(call);
        return call;
    }
}

/// <summary>One call of an AWS operation.</summary>
public sealed class TracedCall(string service, string operation)
{
    public string Service => service;

    public string Operation => operation;

    /// <summary>The HTTP status; 0 while, or where, there is no answer.</summary>
    public int Status { get; internal set; }

    /// <summary>AWS's request id; empty where there was no answer.</summary>
    public string RequestId { get; internal set; } = "";

    /// <summary>Whether the service said that it did it.</summary>
    public bool IsDone => Status is >= 200 and < 300;

    /// <summary>Whether the service may have done it without saying so.</summary>
    public bool IsUnknown => Status is 0 or >= 500;
}
