namespace MLOps.LocalCloud.Protocol;

/// <summary>Hands a parsed call to the class that carries it out.</summary>
/// <remarks>The map is resolved late: operations may themselves call through the dispatcher.</remarks>
internal sealed class Dispatcher(IServiceProvider services) : ICloudCaller
{
    private readonly Lazy<OperationMap> map = new(services.GetRequiredService<OperationMap>);

    public Task<OperationAnswer> CallAsync(OperationCall call) =>
        (map.Value.Find(call.Service, call.Operation) ?? throw AwsException.NotBuilt(call.Service, call.Operation))(call);
}
