using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace MLOps.Portal.Shared.Security;

/// <summary>The page on which people prove anew who they are.</summary>
public static class Confirmation
{
    /// <summary>Its address.</summary>
    /// <param name="returnUrl">Where it leads on to.</param>
    /// <param name="fresh">How old the proof may be; null where that does not matter.</param>
    /// <param name="passkey">Whether a passkey is asked for.</param>
    public static string Address(string returnUrl, TimeSpan? fresh = null, bool passkey = false)
    {
        var query = new Dictionary<string, string?> { ["returnUrl"] = returnUrl };
        if (fresh is { } age)
            query["minutes"] = ((int)age.TotalMinutes).ToString(CultureInfo.InvariantCulture);
        if (passkey)
            query["passkey"] = "true";
        return QueryHelpers.AddQueryString("/account/confirm", query);
    }
}
