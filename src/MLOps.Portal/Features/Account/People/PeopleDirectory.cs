using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Account.Records;
using MLOps.Portal.Features.Account.Sessions;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account.People;

/// <summary>An account as its administrator sees it.</summary>
/// <param name="Ways">How the person can sign in: <c>password</c>, <c>2 passkeys</c>, the name of an identity provider.</param>
public sealed record PersonRow(PortalUser Account, IReadOnlyList<string> Roles, IReadOnlyList<string> Groups, IReadOnlyList<string> Ways, bool IsLocked)
{
    /// <summary>In one word.</summary>
    public string Standing => Account.IsDisabled ? "Disabled" : IsLocked ? "Locked" : Account.LastSignInAt is null ? Account.IsSeeded ? "Not used yet" : "Invited" : "Active";
}

/// <summary>What an administrator sets of an account.</summary>
public sealed record PersonChange(string DisplayName, string Email, IReadOnlyList<string> Roles, IReadOnlyList<string> Groups);

/// <summary>
/// The accounts, and everything that an administrator does with them. Each change is in the ledger before it is made, and ends the sessions of
/// the account, so that nobody goes on with rights that were taken.
/// </summary>
internal sealed partial class PeopleDirectory(
    UserManager<PortalUser> users, PersonRights rights, PersonWatch watch, AccountLedger ledger, IHttpContextAccessor contexts, ILogger<PeopleDirectory> logger)
{
    /// <summary>The most accounts that are listed; the search finds the others.</summary>
    public const int Most = 200;

    private string Me => contexts.HttpContext?.User.Id() ?? "";

    private Author By => Author.Of(contexts.HttpContext?.User);

    private string MyName => contexts.HttpContext?.User.Identity?.Name ?? "the portal";

    public async Task<IReadOnlyList<PersonRow>> ListAsync(string? search, CancellationToken cancelled)
    {
        var query = users.Users.AsNoTracking();
        if (search?.Trim().ToUpperInvariant() is { Length: > 0 } text)
#pragma warning disable CA1862 // The database is asked, which knows no comparison of .NET.
            query = query.Where(u => u.NormalizedUserName!.Contains(text) || u.NormalizedEmail!.Contains(text) || u.DisplayName.ToUpper().Contains(text));
#pragma warning restore CA1862
        var rows = new List<PersonRow>();
        foreach (var person in await query.OrderBy(u => u.NormalizedUserName).Take(Most).ToListAsync(cancelled))
            rows.Add(await RowAsync(person));
        return rows;
    }

    public async Task<PersonRow?> FindAsync(string id) => await users.FindByIdAsync(id) is { } person ? await RowAsync(person) : null;

    /// <summary>Makes an account without a password, and the code that lets its owner set one.</summary>
    /// <exception cref="LedgerUnavailableException">It cannot be put on record; as with every other change here, nothing was done.</exception>
    public async Task<(PortalUser? Person, string Code, IReadOnlyList<string> Faults)> InviteAsync(string userName, PersonChange change, string what = "invited")
    {
        var person = new PortalUser { UserName = userName.Trim(), DisplayName = change.DisplayName.Trim(), Email = Optional(change.Email) };
        var faults = Faults(change);
        if (faults.Count > 0)
            return (null, "", faults);
        var made = await ledger.RunAsync(By, person, what, AccountFacts.Nobody, Wanted(AccountFacts.Nobody.With((AccountFacts.Account, AccountFacts.Open)), change), async () =>
        {
            var created = await users.CreateAsync(person);
            if (created.Succeeded)
                await rights.SetAsync(person, change.Roles, change.Groups);
            return created;
        }, AccountLedger.Judge);
        if (!made.Succeeded)
            return (null, "", Words(made));
        Log.Invited(logger, MyName, person.UserName, string.Join(", ", change.Roles));
        return (person, await CodeAsync(person), []);
    }

    /// <summary>Sets names, roles and groups.</summary>
    public async Task<IReadOnlyList<string>> ChangeAsync(string id, PersonChange change)
    {
        if (await users.FindByIdAsync(id) is not { } person)
            return ["There is no such account."];
        var faults = Faults(change);
        if (id == Me && !change.Roles.Contains(Roles.Admin))
            faults.Add("You cannot take the role of administrator from yourself: another administrator can.");
        if (faults.Count > 0)
            return faults;
        var before = await AccountFacts.OfAsync(users, person);
        var changed = await ledger.RunAsync(By, person, "changed", before, Wanted(before, change).With((AccountFacts.Sessions, AccountFacts.Ended)), async () =>
        {
            person.DisplayName = change.DisplayName.Trim();
            person.Email = Optional(change.Email);
            var updated = await users.UpdateAsync(person);
            if (!updated.Succeeded)
                return updated;
            await rights.SetAsync(person, change.Roles, change.Groups);
            await EndSessionsAsync(person);
            return updated;
        }, AccountLedger.Judge);
        if (!changed.Succeeded)
            return Words(changed);
        Log.Changed(logger, MyName, person.UserName, string.Join(", ", change.Roles), string.Join(", ", change.Groups));
        return [];
    }

    /// <summary>Closes the account or opens it again.</summary>
    public async Task<IReadOnlyList<string>> SetDisabledAsync(string id, bool isDisabled)
    {
        if (await users.FindByIdAsync(id) is not { } person)
            return ["There is no such account."];
        if (id == Me && isDisabled)
            return ["You cannot disable your own account: another administrator can."];
        var before = await AccountFacts.OfAsync(users, person);
        var after = before.With((AccountFacts.Account, isDisabled ? AccountFacts.Disabled : AccountFacts.Open), (AccountFacts.Sessions, AccountFacts.Ended));
        await ledger.RunAsync(By, person, isDisabled ? "disabled" : "enabled", before, after, async () =>
        {
            person.IsDisabled = isDisabled;
            await users.UpdateAsync(person);
            await EndSessionsAsync(person);
        });
        Log.Disabled(logger, MyName, isDisabled ? "disabled" : "enabled", person.UserName);
        return [];
    }

    /// <summary>Takes password and passkeys away and returns the code by which the owner sets a new password.</summary>
    public async Task<(PortalUser? Person, string Code)> ResetAsync(string id)
    {
        if (await users.FindByIdAsync(id) is not { } person)
            return (null, "");
        var before = await AccountFacts.OfAsync(users, person);
        await ledger.RunAsync(By, person, "sign-in reset", before, before.With((AccountFacts.Password, ""), (AccountFacts.Passkeys, ""), (AccountFacts.Lock, ""), (AccountFacts.Sessions, AccountFacts.Ended)), async () =>
        {
            await users.RemovePasswordAsync(person);
            foreach (var passkey in await users.GetPasskeysAsync(person))
                await users.RemovePasskeyAsync(person, passkey.CredentialId);
            await OpenLockAsync(person);
            await EndSessionsAsync(person);
        });
        Log.Reset(logger, MyName, person.UserName);
        return (person, await CodeAsync(person));
    }

    /// <summary>Lets a person try again at once after too many wrong passwords.</summary>
    public async Task UnlockAsync(string id)
    {
        if (await users.FindByIdAsync(id) is not { } person)
            return;
        var before = await AccountFacts.OfAsync(users, person);
        await ledger.RunAsync(By, person, "unlocked", before, before.With((AccountFacts.Lock, "")), () => OpenLockAsync(person));
        Log.Unlocked(logger, MyName, person.UserName);
    }

    /// <summary>Signs the person out of every browser.</summary>
    public async Task SignOutEverywhereAsync(string id)
    {
        if (await users.FindByIdAsync(id) is not { } person)
            return;
        var before = await AccountFacts.OfAsync(users, person);
        await ledger.RunAsync(By, person, "signed out everywhere", before, before.With((AccountFacts.Sessions, AccountFacts.Ended)), () => EndSessionsAsync(person));
        Log.SignedOut(logger, MyName, person.UserName);
    }

    /// <summary>The address of an invitation on this portal.</summary>
    public static string LinkTo(string origin, PortalUser person, string code) =>
        QueryHelpers.AddQueryString(origin + "/account/invitation", new Dictionary<string, string?> { ["person"] = person.Id, ["code"] = code });

    /// <summary>Groups as a person types them: with commas or on lines of their own.</summary>
    public static IReadOnlyList<string> GroupsOf(string? text) =>
        [.. (text ?? "").Split([',', '\n', '\r', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];

    /// <summary>The code of an invitation: it ends with its first use, after a day, and with any other change of the account.</summary>
    public Task<string> CodeAsync(PortalUser person) => users.GeneratePasswordResetTokenAsync(person);

    private static AccountFacts Wanted(AccountFacts before, PersonChange change) => before.With(
        (AccountFacts.DisplayName, change.DisplayName.Trim()), (AccountFacts.Email, Optional(change.Email) ?? ""), (AccountFacts.Roles, AccountFacts.List(change.Roles)), (AccountFacts.Groups, AccountFacts.List(change.Groups)));

    private async Task OpenLockAsync(PortalUser person)
    {
        await users.SetLockoutEndDateAsync(person, null);
        await users.ResetAccessFailedCountAsync(person);
    }

    private async Task EndSessionsAsync(PortalUser person)
    {
        await users.UpdateSecurityStampAsync(person);
        watch.Changed(person.Id);
    }

    private async Task<PersonRow> RowAsync(PortalUser person)
    {
        var ways = new List<string>();
        if (person.PasswordHash is not null)
            ways.Add("password");
        if ((await users.GetPasskeysAsync(person)).Count is > 0 and var keys)
            ways.Add(Shared.Text.Words.Count(keys, "passkey"));
        ways.AddRange((await users.GetLoginsAsync(person)).Select(l => l.ProviderDisplayName ?? l.LoginProvider).Distinct());
        if (person.IsSeeded)
            ways.Add("link on the console");
        return new PersonRow(person, [.. Roles.All.Intersect(await users.GetRolesAsync(person))],
            [.. (await users.GetClaimsAsync(person)).Where(c => c.Type == Person.GroupClaim).Select(c => c.Value).Order(StringComparer.Ordinal)], ways, await users.IsLockedOutAsync(person));
    }

    private static List<string> Faults(PersonChange change)
    {
        var faults = new List<string>();
        if (change.DisplayName.Trim().Length is 0 or > 128)
            faults.Add("The name that others see has 1 to 128 characters.");
        if (change.Roles.Count == 0 || change.Roles.Except(Roles.All).Any())
            faults.Add("Choose at least one role.");
        if (change.Groups.Any(g => g.Length > 128))
            faults.Add("A group's name has at most 128 characters.");
        return faults;
    }

    private static string? Optional(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static List<string> Words(IdentityResult refused) => [.. refused.Errors.Select(e => e.Description)];

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Administrator} invited {User} as {Roles}")]
        public static partial void Invited(ILogger logger, string administrator, string? user, string roles);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Administrator} set {User} to roles {Roles} and groups {Groups}")]
        public static partial void Changed(ILogger logger, string administrator, string? user, string roles, string groups);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Administrator} {What} the account of {User}")]
        public static partial void Disabled(ILogger logger, string administrator, string what, string? user);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Administrator} reset how {User} signs in")]
        public static partial void Reset(ILogger logger, string administrator, string? user);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Administrator} unlocked {User}")]
        public static partial void Unlocked(ILogger logger, string administrator, string? user);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Administrator} signed {User} out everywhere")]
        public static partial void SignedOut(ILogger logger, string administrator, string? user);
    }
}
