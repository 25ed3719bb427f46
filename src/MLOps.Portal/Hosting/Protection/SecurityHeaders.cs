namespace MLOps.Portal.Hosting.Protection;

/// <summary>Headers that keep a page to itself: no foreign script, no frame, no address handed on.</summary>
internal static class SecurityHeaders
{
    public static void UseSecurityHeaders(this WebApplication app)
    {
        // Signing out leads on to the identity provider, and browsers hold the way of a form to this list.
        var provider = Uri.TryCreate(app.Configuration["Authentication:OpenIdConnect:Authority"], UriKind.Absolute, out var authority) ? " " + authority.GetLeftPart(UriPartial.Authority) : "";
        app.Use((context, next) => SetAsync(context, provider, next));
    }

    private static Task SetAsync(HttpContext context, string provider, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy(context.Request, provider);
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // Pages hold what a person may see: no cache on the way keeps them. Static files set a header of their own later.
        headers.CacheControl = "no-store";
        return next(context);
    }

    /// <summary>Scripts and style sheets are files of this server alone. MudBlazor sets style attributes, which run nothing.</summary>
    private static string Policy(HttpRequest request, string provider) =>
        "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        // Not every browser takes the circuit's WebSocket for 'self'.
        + $"connect-src 'self' {(request.IsHttps ? "wss" : "ws")}://{request.Host.Value}; "
        + $"object-src 'none'; base-uri 'self'; form-action 'self'{provider}; frame-ancestors 'none'";
}
