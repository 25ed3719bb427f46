using MLOps.Portal.Data;
using MLOps.Portal.Features.Account.Passwords;

namespace MLOps.Tests.Unit.Portal;

public sealed class PasswordTests
{
    private static readonly PortalUser Person = new() { UserName = "casey.jones", DisplayName = "Casey Jones" };

    [Theory]
    [InlineData("password1234")]
    [InlineData("P@ssw0rd2026!")]
    [InlineData("qwertyuiop123")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("caseyjones2026")]
    [InlineData("mlops-portal1")]
    [InlineData("20260101-20261231")]
    public async Task Password_GuessedSoon_IsRefused(string password) =>
        (await new GuessedPasswords().ValidateAsync(null!, Person, password)).Succeeded.Should().BeFalse();

    [Theory]
    [InlineData("correct horse battery")]
    [InlineData("seven tall green lamps")]
    [InlineData("xK9#mQ2$vL5p")]
    [InlineData("vierzehn müde Igel am Deich")]
    public async Task Password_HardToGuess_IsTaken(string password) =>
        (await new GuessedPasswords().ValidateAsync(null!, Person, password)).Succeeded.Should().BeTrue();
}
