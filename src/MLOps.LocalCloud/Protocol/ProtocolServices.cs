using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Routing;
using MLOps.LocalCloud.Protocol.Wire;

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
        return services.AddSingleton(ApiCatalog.Default).AddSingleton<WireCodecs>().AddSingleton<Router>()
            .AddSingleton<Dispatcher>().AddSingleton<ICloudCaller>(provider => provider.GetRequiredService<Dispatcher>())
            .AddSingleton<CallerResolver>().AddSingleton<Front>()
            .Configure<KestrelServerOptions>(ForAws)
            .AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning));
    }

    // Objects may have any size; the codecs bound what they hold in memory. Header values may be any UTF-8.
    private static void ForAws(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.RequestHeaderEncodingSelector = _ => Encoding.UTF8;
        kestrel.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
    }

    /// <summary>Answers every request that no mapped endpoint takes.</summary>
    public static void UseProtocol(this WebApplication app)
    {
        app.Use(async (http, next) =>
        {
            if (HostGuard.Refusal(http.Request) is { } refusal)
            {
                http.Response.StatusCode = StatusCodes.Status403Forbidden;
                await http.Response.WriteAsync(refusal);
                return;
            }
            await next();
        });
        var front = app.Services.GetRequiredService<Front>();
        app.Use((http, next) => http.GetEndpoint() is null ? front.HandleAsync(http) : next());
        app.MapGet("/_localcloud/health", () => Results.Ok());
    }
}
