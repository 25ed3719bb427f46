using Microsoft.AspNetCore.Identity;
using MLOps.Portal.Data;

namespace MLOps.Portal.Features.Account.Passwords;

/// <summary>
/// Refuses what is guessed first, however long it is. The words that everybody takes, runs of the keyboard, the product's name and the
/// person's own protect nothing, whichever letters are written as digits: what is left without them has to be enough.
/// </summary>
internal sealed class GuessedPasswords : IPasswordValidator<PortalUser>
{
    private const int LeastDifferent = 8;

    // The longer ones first: what they hold would leave a remainder otherwise.
    private static readonly string[] Usual =
    [
        "qwertyuiop", "1234567890", "abcdefgh", "asdfghjkl", "iloveyou", "password", "passwort", "changeme", "zxcvbnm", "sunshine", "football", "princess", "baseball", "trustno",
        "welcome", "letmein", "monkey", "dragon", "master", "portal", "secret", "summer", "winter", "spring", "autumn", "qwertz", "qwerty", "asdfgh", "123456", "abc123", "shadow",
        "admin", "login", "mlops", "12345", "hello", "1234", "abcd", "asdf", "test", "user",
    ];

    private static readonly (char As, char Letter)[] Turns = [('@', 'a'), ('4', 'a'), ('3', 'e'), ('1', 'i'), ('!', 'i'), ('0', 'o'), ('$', 's'), ('5', 's'), ('7', 't')];

    public Task<IdentityResult> ValidateAsync(UserManager<PortalUser> manager, PortalUser user, string? password)
    {
        var text = (password ?? "").ToLowerInvariant();
        var words = Usual.Concat(Names(user)).ToList();
        return Task.FromResult(Left(text, words) >= LeastDifferent && Left(Turned(text), words) >= LeastDifferent ? IdentityResult.Success : IdentityResult.Failed(new IdentityError
        {
            Code = "PasswordIsGuessed",
            Description = "That is guessed soon. A few words that do not belong together are better.",
        }));
    }

    /// <summary>How many different characters are left.</summary>
    private static int Left(string text, IEnumerable<string> words) =>
        words.Aggregate(text, (rest, word) => rest.Replace(word, "", StringComparison.Ordinal)).Distinct().Count();

    private static string Turned(string text) => Turns.Aggregate(text, (turned, turn) => turned.Replace(turn.As, turn.Letter));

    private static IEnumerable<string> Names(PortalUser user) =>
        $"{user.UserName} {user.DisplayName} {user.Email}".ToLowerInvariant().Split([' ', '.', '-', '_', '@'], StringSplitOptions.RemoveEmptyEntries).Where(name => name.Length > 2);
}
