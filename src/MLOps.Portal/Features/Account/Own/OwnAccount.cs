using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Account.Records;
using MLOps.Portal.Features.Account.Sessions;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account.Own;

/// <summary>What people do with their own accounts.</summary>
internal sealed partial class OwnAccount(
    UserManager<PortalUser> users, SignInManager<PortalUser> signIn, SessionBook sessions, PersonWatch watch, AccountLedger ledger, TimeProvider time, ILogger<OwnAccount> logger)
{
    public const int LeastLength = 12;
    public const int MostLength = 128;

    /// <summary>How old a sign-in may be for a change of how one signs in.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private const string InvitationPurpose = UserManager<PortalUser>.ResetPasswordTokenPurpose;

    /// <summary>Whose invitation it is; null when it was used, is too old, or the account is closed.</summary>
    public async Task<PortalUser?> InvitedAsync(string? id, string? code) =>
        id is not null && code is not null && await users.FindByIdAsync(id) is { IsDisabled: false } person
        && await users.VerifyUserTokenAsync(person, users.Options.Tokens.PasswordResetTokenProvider, InvitationPurpose, code) ? person : null;

    /// <summary>Sets the password by an invitation and signs in.</summary>
    public async Task<IReadOnlyList<string>> AcceptAsync(string? id, string? code, string password, string again)
    {
        if (await InvitedAsync(id, code) is not { } person)
            return ["This link was used already or is too old. Ask an administrator for a new one."];
        if (Faults(password, again) is { } fault)
            return [fault];
        if (await WeakAsync(person, password) is { Count: > 0 } weak)
            return weak;
        var result = await SetAsync(Author.Of(person), person, "invitation accepted", () => users.ResetPasswordAsync(person, code!, password));
        if (!result.Succeeded)
            return Words(result);
        watch.Changed(person.Id);
        await PortalSignIn.SignInByAsync(signIn, person, "pwd");
        Log.Accepted(logger, person.UserName);
        return [];
    }

    /// <summary>Changes the password, or sets the first one. Every other session ends.</summary>
    public async Task<IReadOnlyList<string>> SetPasswordAsync(ClaimsPrincipal me, string current, string password, string again)
    {
        if (await users.GetUserAsync(me) is not { } person)
            return ["There is no such account."];
        if (Faults(password, again) is { } fault)
            return [fault];
        if (person.PasswordHash is null && !IsFresh(me))
            return ["Confirm who you are first: the first password is set within ten minutes of signing in."];
        if (person.PasswordHash is not null && await signIn.CheckPasswordSignInAsync(person, current, lockoutOnFailure: true) is { Succeeded: false })
            return ["The current password does not fit, or there were too many tries."];
        if (await WeakAsync(person, password) is { Count: > 0 } weak)
            return weak;
        var result = await SetAsync(Author.Of(me), person, "password set",
            () => person.PasswordHash is null ? users.AddPasswordAsync(person, password) : users.ChangePasswordAsync(person, current, password));
        if (!result.Succeeded)
            return Words(result);
        watch.Changed(person.Id);
        await PortalSignIn.SignInByAsync(signIn, person, "pwd");
        Log.PasswordSet(logger, person.UserName);
        return [];
    }

    /// <summary>Ends a session of one's own; every one but this where none is named. Its open pages are cut.</summary>
    public async Task EndAsync(ClaimsPrincipal me, string? session)
    {
        var ended = await sessions.EndAsync(me.Id(), session ?? me.SessionId(), others: session is null);
        await watch.EndedAsync(me.Id());
        Log.Ended(logger, me.Identity?.Name, ended);
    }

    /// <summary>Proves again who one is, by the password.</summary>
    public async Task<bool> ConfirmAsync(ClaimsPrincipal me, string password)
    {
        if (await users.GetUserAsync(me) is not { PasswordHash: not null } person)
            return false;
        var result = await signIn.CheckPasswordSignInAsync(person, password, lockoutOnFailure: true);
        if (!result.Succeeded)
        {
            Log.NotConfirmed(logger, person.UserName, result.ToString());
            return false;
        }
        return await PortalSignIn.SignInByAsync(signIn, person, "pwd");
    }

    /// <summary>Whether the person has anything but a link from the console to prove again who they are with.</summary>
    public async Task<bool> CanConfirmAsync(ClaimsPrincipal me) =>
        await users.GetUserAsync(me) is { } person
        && (person.PasswordHash is not null || (await users.GetPasskeysAsync(person)).Count > 0 || (await users.GetLoginsAsync(person)).Count > 0);

    /// <summary>Whether the person has to prove again who they are before what is sensitive; not who has nothing to prove it with.</summary>
    public async Task<bool> MustConfirmAsync(ClaimsPrincipal me) => !IsFresh(me) && await CanConfirmAsync(me);

    public bool IsFresh(ClaimsPrincipal me) => me.ProvedAt() is { } at && time.GetUtcNow() - at <= Fresh;

    private async Task<IdentityResult> SetAsync(Author by, PortalUser person, string what, Func<Task<IdentityResult>> set)
    {
        var before = await AccountFacts.OfAsync(users, person);
        return await ledger.RunAsync(by, person, what, before, before.With((AccountFacts.Password, AccountFacts.Set), (AccountFacts.Sessions, AccountFacts.Ended)), set, AccountLedger.Judge);
    }

    /// <summary>What is wrong with a password; it is asked before, so that the ledger does not hold each try.</summary>
    private async Task<IReadOnlyList<string>> WeakAsync(PortalUser person, string password)
    {
        var faults = new List<string>();
        foreach (var validator in users.PasswordValidators)
            faults.AddRange(Words(await validator.ValidateAsync(users, person, password)));
        return faults;
    }

    private static List<string> Words(IdentityResult result) => [.. result.Errors.Select(e => e.Description)];

    private static string? Faults(string password, string again) =>
        password != again ? "The two passwords are not the same." : password.Length > MostLength ? $"A password has at most {MostLength} characters." : null;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{User} accepted an invitation")]
        public static partial void Accepted(ILogger logger, string? user);

        [LoggerMessage(Level = LogLevel.Information, Message = "{User} changed how they sign in")]
        public static partial void PasswordSet(ILogger logger, string? user);

        [LoggerMessage(Level = LogLevel.Information, Message = "{User} ended {Count} of their sessions")]
        public static partial void Ended(ILogger logger, string? user, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{User} could not confirm who they are: {Reason}")]
        public static partial void NotConfirmed(ILogger logger, string? user, string reason);
    }
}
