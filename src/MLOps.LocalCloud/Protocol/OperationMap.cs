using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Protocol;

/// <summary>A group of operations of one service: one class a resource (training jobs, endpoints, ...).</summary>
public interface IOperations
{
    /// <summary>Names the operations that this class carries out.</summary>
    void Map(OperationMap map);
}

/// <summary>Who carries out which operation. Services are named as botocore names them (<c>sagemaker</c>, <c>logs</c>).</summary>
public sealed class OperationMap
{
    private readonly Dictionary<(string Service, string Operation), OperationHandler> handlers = [];

    /// <summary>Maps an asynchronous operation.</summary>
    public OperationMap On(string service, string operation, OperationHandler handler)
    {
        handlers.Add((service, operation), handler);
        return this;
    }

    /// <summary>Maps an operation that answers at once.</summary>
    public OperationMap On(string service, string operation, Func<OperationCall, JsonObject> handler) =>
        On(service, operation, call => Task.FromResult<OperationAnswer>(handler(call)));

    /// <summary>The handler of an operation, or null where it is not built.</summary>
    public OperationHandler? Find(string service, string operation) => handlers.GetValueOrDefault((service, operation));
}
