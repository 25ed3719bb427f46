using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Validation;
using MLOps.LocalCloud.Protocol.Wire.Json;

namespace MLOps.LocalCloud.Protocol;

/// <summary>Checks a call against its API description and hands it to the class that carries it out.</summary>
/// <remarks>The map is resolved late: operations may themselves call through the dispatcher.</remarks>
internal sealed class Dispatcher(IServiceProvider services, ApiCatalog catalog) : ICloudCaller
{
    private readonly Lazy<OperationMap> map = new(services.GetRequiredService<OperationMap>);

    /// <summary>A call from inside: its input is copied, cut down to what the description knows, and checked.</summary>
    public Task<OperationAnswer> CallAsync(OperationCall call)
    {
        var operation = catalog.Find(call.Service, call.Operation) ?? throw AwsException.NotBuilt(call.Service, call.Operation);
        var input = operation.Input is { } shape
            ? new JsonInputReader(canonical: true).ReadStructure(shape, JsonSerializer.SerializeToElement(call.Input)) : [];
        return DispatchAsync(operation, call with { Input = input });
    }

    /// <summary>Carries out a call whose input was read by the description.</summary>
    public Task<OperationAnswer> DispatchAsync(ApiOperation operation, OperationCall call)
    {
        var handler = map.Value.Find(call.Service, call.Operation) ?? throw AwsException.NotBuilt(call.Service, call.Operation);
        InputValidator.Check(operation, call.Input);
        return handler(call);
    }
}
