using System.Globalization;
using System.Security.Claims;

namespace MLOps.Portal.Shared.Security;

/// <summary>The signed-in person as claims tell it.</summary>
public static class Person
{
    /// <summary>The claim that holds the name that others see.</summary>
    public const string DisplayNameClaim = "display_name";

    /// <summary>When the person last proved who they are, in seconds since 1970; 0 where an identity provider does not say.</summary>
    public const string ProvedAtClaim = "auth_time";

    /// <summary>When the session began, in seconds since 1970.</summary>
    public const string SessionAtClaim = "session_at";

    /// <summary>Names the session: one sign-in of one browser.</summary>
    public const string SessionClaim = "sid";

    /// <summary>How the person proved who they are: <c>pwd</c>, <c>link</c>, <see cref="PasskeyWay"/>, <see cref="ProviderWay"/>.</summary>
    public const string WayClaim = "amr";

    public const string PasskeyWay = "passkey";

    public const string ProviderWay = "provider";

    /// <summary>A group of the person, as gates name it.</summary>
    public const string GroupClaim = "group";

    /// <summary>When the person last proved who they are; null where that is not known.</summary>
    public static DateTimeOffset? ProvedAt(this ClaimsPrincipal user) => Moment(user, ProvedAtClaim);

    /// <summary>When the session began.</summary>
    public static DateTimeOffset? SessionAt(this ClaimsPrincipal user) => Moment(user, SessionAtClaim);

    /// <summary>The id of the session; empty where there is none.</summary>
    public static string SessionId(this ClaimsPrincipal user) => user.FindFirstValue(SessionClaim) ?? "";

    /// <summary>How the person proved it, in words.</summary>
    public static string WayWords(this ClaimsPrincipal user) => WayWords(user.FindFirstValue(WayClaim));

    /// <inheritdoc cref="WayWords(ClaimsPrincipal)"/>
    /// <param name="way">As <see cref="WayClaim"/> has it.</param>
    public static string WayWords(string? way) => way switch
    {
        "pwd" => "password",
        "link" => "a link from the console",
        PasskeyWay => "passkey",
        _ => "your identity provider",
    };

    /// <summary>The name that others see.</summary>
    public static string DisplayName(this ClaimsPrincipal user) => user.FindFirstValue(DisplayNameClaim) ?? user.Identity?.Name ?? "";

    /// <summary>That name, and the user name where it is another: who it was must be clear years later.</summary>
    public static string FullName(this ClaimsPrincipal user) =>
        user.DisplayName() == user.Identity?.Name ? user.DisplayName() : $"{user.DisplayName()} ({user.Identity?.Name})";

    /// <summary>The person's id in the portal's database.</summary>
    public static string Id(this ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";

    /// <summary>Up to two letters that stand for the person.</summary>
    public static string Initials(this ClaimsPrincipal user) =>
        string.Concat(user.DisplayName().Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2).Select(word => char.ToUpperInvariant(word[0])));

    private static DateTimeOffset? Moment(ClaimsPrincipal user, string claim) =>
        long.TryParse(user.FindFirstValue(claim), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
