using Microsoft.AspNetCore.Identity;
using MLOps.Portal.Data;

namespace MLOps.Portal.Features.Account.Sessions;

/// <summary>Refuses what is guessed first, however long it is: one's own name, the product's, a few characters over and over.</summary>
internal sealed class PlainPasswords : IPasswordValidator<PortalUser>
{
    private const int LeastDifferent = 6;
    private static readonly string[] First = ["password", "passwort", "qwerty", "123456", "mlops", "portal", "letmein", "welcome", "admin", "changeme", "iloveyou", "abc123"];

    public Task<IdentityResult> ValidateAsync(UserManager<PortalUser> manager, PortalUser user, string? password)
    {
        var text = password ?? "";
        // What is left after the words that everybody tries is what protects.
        var rest = First.Append(user.UserName ?? "").Where(word => word.Length > 2).Aggregate(text, (left, word) => left.Replace(word, "", StringComparison.OrdinalIgnoreCase));
        return Task.FromResult(rest.Distinct().Count() >= LeastDifferent ? IdentityResult.Success : IdentityResult.Failed(new IdentityError
        {
            Code = "PasswordIsGuessed",
            Description = "That is among the first that anybody would try. A few words that do not belong together are better.",
        }));
    }
}
