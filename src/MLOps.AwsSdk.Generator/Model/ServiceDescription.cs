namespace MLOps.AwsSdk.Generator.Model;

/// <summary>The protocols that can be generated.</summary>
public enum Protocol
{
    Json,
    RestJson,
    Query,
}

/// <summary>One service as its API description has it, cut down to the operations that are generated.</summary>
public sealed class ServiceDescription
{
    private readonly Dictionary<string, Shape> shapes;
    private readonly HashSet<string> sent;
    private readonly HashSet<string> received;

    private ServiceDescription(Json json, bool everyOperation)
    {
        var metadata = json["metadata"];
        ServiceId = metadata["serviceId"].Text ?? throw new FormatException("the description has no metadata.serviceId");
        ApiVersion = metadata["apiVersion"].Text ?? "";
        EndpointPrefix = metadata["endpointPrefix"].Text ?? "";
        SigningName = metadata["signingName"].Text ?? EndpointPrefix;
        TargetPrefix = metadata["targetPrefix"].Text ?? "";
        JsonVersion = metadata["jsonVersion"].Text ?? "1.0";
        QueryCompatible = metadata["awsQueryCompatible"].Exists;
        shapes = json["shapes"].Members.ToDictionary(s => s.Key, s => new Shape(s.Key, s.Value), StringComparer.Ordinal);
        Operations = [.. json["operations"].Members
            .Select(o => new Operation(o.Key, o.Value, json["paginators"][o.Key], shapes))
            .Where(o => everyOperation || o.IsClient)
            .OrderBy(o => o.Name, StringComparer.Ordinal)];
        Protocol = Operations.Count == 0 ? Protocol.Json : Choose(metadata);
        sent = Reach(Operations.Select(o => o.Input));
        received = Reach(Operations.SelectMany(o => o.Errors.Append(o.Output)));
    }

    /// <summary>Such as <c>CloudWatch Logs</c>.</summary>
    public string ServiceId { get; }

    /// <summary>The name in the SDK's types, such as <c>CloudWatchLogs</c>.</summary>
    public string Name => ServiceId.Replace(" ", "");

    public string ApiVersion { get; }

    public string EndpointPrefix { get; }

    public string SigningName { get; }

    public string TargetPrefix { get; }

    public string JsonVersion { get; }

    public bool QueryCompatible { get; }

    public Protocol Protocol { get; }

    /// <summary>The operations that a client is generated for, by name.</summary>
    public IReadOnlyList<Operation> Operations { get; }

    /// <summary>The shapes that the operations reach, by name.</summary>
    public IEnumerable<Shape> Reached => shapes.Values.Where(s => IsSent(s) || IsReceived(s)).OrderBy(s => s.Name, StringComparer.Ordinal);

    /// <summary>The exceptions of all operations, by name.</summary>
    public IEnumerable<Shape> Exceptions => Reached.Where(s => s.IsException);

    /// <param name="text">An API description as update.py writes it.</param>
    /// <param name="everyOperation">Take every operation, not only those marked <c>client</c>.</param>
    /// <exception cref="FormatException">The text is no API description that can be generated; the message says why.</exception>
    public static ServiceDescription Parse(string text, bool everyOperation = false) => new(Json.Parse(text), everyOperation);

    public Shape this[Member member] => this[member.ShapeName];

    public Shape this[string name] => shapes.TryGetValue(name, out var shape) ? shape : throw new FormatException($"{ServiceId} has no shape {name}");

    /// <summary>A request holds it.</summary>
    public bool IsSent(Shape shape) => sent.Contains(shape.Name);

    /// <summary>An answer or error holds it.</summary>
    public bool IsReceived(Shape shape) => received.Contains(shape.Name);

    /// <summary>The operation whose input or output a shape is, or null.</summary>
    public Operation? Owner(Shape shape) => Operations.FirstOrDefault(o => o.Input == shape || o.Output == shape);

    private Protocol Choose(Json metadata)
    {
        // The description lists what the service speaks, best first; the first that can be generated is taken.
        var spoken = metadata["protocols"].Items.Select(p => p.Text).DefaultIfEmpty(metadata["protocol"].Text);
        foreach (var protocol in spoken)
        {
            switch (protocol)
            {
                case "json": return Protocol.Json;
                case "rest-json": return Protocol.RestJson;
                case "query": return Protocol.Query;
            }
        }
        throw new FormatException($"{ServiceId} speaks none of json, rest-json and query");
    }

    private HashSet<string> Reach(IEnumerable<Shape?> roots)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(roots.Where(r => r is not null).Select(r => r!.Name));
        while (open.Count > 0)
        {
            var name = open.Pop();
            if (!seen.Add(name))
                continue;
            foreach (var used in this[name].Uses)
                open.Push(used);
        }
        return seen;
    }
}
