using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Approvals;

/// <summary>
/// Keeps what a person typed into a form that was not taken, so that it stands there again when they come back to its page: in a cookie for
/// that page alone, encrypted for that person and that cloud, for a quarter of an hour.
/// </summary>
internal sealed class RefusedForms(IDataProtectionProvider protection)
{
    private const string Cookie = "unsent";

    // Browsers drop a cookie of more than 4,096 bytes, its name and attributes included.
    private const int LongestValue = 3800;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    // It is encrypted, not part of a page: what people write in any language takes no more than its bytes.
    private static readonly JsonSerializerOptions Short = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Keeps the fields that hold something. False where there is nothing to keep, or more than a cookie holds.</summary>
    /// <param name="page">The path of the form's page, without a query.</param>
    public bool Keep(HttpContext context, PathString page, IEnumerable<KeyValuePair<string, string?>> fields)
    {
        var typed = fields.Where(f => !string.IsNullOrWhiteSpace(f.Value)).ToDictionary(f => f.Key, f => f.Value!);
        if (typed.Count == 0)
            return false;
        var value = Protector(context).Protect(JsonSerializer.Serialize(typed, Short), Lifetime);
        if (value.Length > LongestValue)
            return false;
        context.Response.Cookies.Append(Cookie, value, Attributes(context, page));
        return true;
    }

    /// <summary>What was kept for the page that is asked for; nothing where that is too old, or another person's.</summary>
    public RefusedForm Of(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 } value)
            return RefusedForm.None;
        try
        {
            return new(JsonSerializer.Deserialize<Dictionary<string, string>>(Protector(context).Unprotect(value)) ?? []);
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return RefusedForm.None;
        }
    }

    /// <summary>The form was taken.</summary>
    public void Forget(HttpContext context, PathString page) => context.Response.Cookies.Delete(Cookie, Attributes(context, page));

    // A page has the same path in every cloud: what was written for one must not stand on another's.
    private ITimeLimitedDataProtector Protector(HttpContext context) =>
        protection.CreateProtector(nameof(RefusedForms), context.User.Id(), $"{Places.Parameter} {context.Request.Query[Places.Parameter]}").ToTimeLimitedDataProtector();

    private static CookieOptions Attributes(HttpContext context, PathString page) =>
        new() { Path = page.ToUriComponent(), HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, MaxAge = Lifetime };
}

/// <summary>What was typed into a form that was not taken.</summary>
public sealed record RefusedForm(IReadOnlyDictionary<string, string> Fields)
{
    public static RefusedForm None { get; } = new(new Dictionary<string, string>());

    /// <summary>What a field held; null where it held nothing.</summary>
    public string? this[string field] => Fields.GetValueOrDefault(field);
}
