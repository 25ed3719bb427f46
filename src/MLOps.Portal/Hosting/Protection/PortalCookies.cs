namespace MLOps.Portal.Hosting.Protection;

/// <summary>
/// The names of the portal's cookies. Browsers take one that begins with <c>__Host-</c> over HTTPS alone and give it to no other host, so that
/// a neighbour's server can set none in its place; over HTTP, as on one's own machine, they refuse it.
/// </summary>
internal static class PortalCookies
{
    /// <summary>The session of a person.</summary>
    public const string Person = "mlops.person";

    /// <summary>The half of a form's token that the browser keeps.</summary>
    public const string Form = "mlops.form";

    private const string Prefix = "__Host-";

    /// <summary>A cookie of that name, kept from scripts.</summary>
    public static void Name(CookieBuilder cookie, string name, bool httpsOnly)
    {
        cookie.Name = httpsOnly ? Prefix + name : name;
        cookie.HttpOnly = true;
        cookie.SecurePolicy = httpsOnly ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        // What the prefix asks for besides.
        cookie.Path = "/";
    }

    /// <summary>Whether the request comes with a session, by the name of its cookie or of a part of it.</summary>
    public static bool HasSession(HttpRequest request) => request.Cookies.Keys.Any(key => key.StartsWith(Person, StringComparison.Ordinal) || key.StartsWith(Prefix + Person, StringComparison.Ordinal));
}
