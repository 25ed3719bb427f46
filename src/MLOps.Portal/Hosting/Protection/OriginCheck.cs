namespace MLOps.Portal.Hosting.Protection;

/// <summary>
/// Refuses what a page of another origin makes a browser send: everything that changes something, and the hub of the circuits, whose
/// WebSocket no same-origin policy guards. Programs send no origin; they have no person's cookie to misuse.
/// </summary>
internal static partial class OriginCheck
{
    /// <summary>The endpoint takes posts of other origins on purpose and guards itself, such as the return from an identity provider.</summary>
    public sealed record OpenToOrigins;

    public static void UseOriginCheck(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OriginCheck));
        app.Use((context, next) =>
        {
            if (!IsForeign(context.Request) || !Guards(context))
                return next(context);
            Log.Refused(logger, context.Request.Method, context.Request.Path, context.Request.Headers.Origin.ToString());
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
    }

    /// <summary>Whether a browser says that the request comes from a page of another origin.</summary>
    public static bool IsForeign(HttpRequest request)
    {
        // Scripts cannot set this header. It holds behind a proxy that changes the host, too.
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
            return site is not ("same-origin" or "none");
        var origin = request.Headers.Origin.ToString();
        // A page without an origin of its own, such as a sandboxed frame or a file, says null.
        return origin.Length > 0 && !string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
    }

    private static bool Guards(HttpContext context) =>
        (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) || context.Request.Path.StartsWithSegments("/_blazor"))
        && context.GetEndpoint()?.Metadata.GetMetadata<OpenToOrigins>() is null;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Refused: {Method} {Path} from a page of another origin, {Origin}")]
        public static partial void Refused(ILogger logger, string method, PathString path, string origin);
    }
}
