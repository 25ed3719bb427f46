using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace MLOps.Portal.Shared.Security;

/// <summary>Writes down who was refused what, for pages and forms.</summary>
internal sealed partial class RefusalLog(ILogger<RefusalLog> logger) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler inner = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Forbidden)
            Log.Refused(logger, context.User.Identity?.Name ?? "anonymous", context.Request.Method, context.Request.Path);
        return inner.HandleAsync(next, context, policy, authorizeResult);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Refused: {User} may not {Method} {Path}")]
        public static partial void Refused(ILogger logger, string user, string method, PathString path);
    }
}
