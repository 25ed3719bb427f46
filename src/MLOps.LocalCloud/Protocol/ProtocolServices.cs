namespace MLOps.LocalCloud.Protocol;

/// <summary>The wire: routing, parsing, validation, dispatch and serialization.</summary>
public static class ProtocolServices
{
    public static IServiceCollection AddProtocol(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var map = new OperationMap();
            foreach (var operations in provider.GetServices<IOperations>())
                operations.Map(map);
            return map;
        });
        return services.AddSingleton<ICloudCaller, Dispatcher>();
    }

    public static void UseProtocol(this WebApplication app) =>
        app.MapGet("/_localcloud/health", () => Results.Ok());
}
