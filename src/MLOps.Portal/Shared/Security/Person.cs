using System.Security.Claims;

namespace MLOps.Portal.Shared.Security;

/// <summary>The signed-in person as claims tell it.</summary>
public static class Person
{
    /// <summary>The claim that holds the name that others see.</summary>
    public const string DisplayNameClaim = "display_name";

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
}
