using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Account.Records;
using MLOps.Portal.Features.Account.Sessions;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account.Providers;

/// <summary>
/// Turns what the identity provider says into an account of the portal. The provider's subject is who it is; names may change. Roles and
/// groups are taken anew at each sign-in, so that the provider has the last word.
/// </summary>
internal sealed partial class ProviderSignIn(
    UserManager<PortalUser> users, SignInManager<PortalUser> signIn, PersonRights rights, PersonWatch watch, AccountLedger ledger, IOptions<ProviderOptions> options, ILogger<ProviderSignIn> logger)
{
    /// <summary>Signs in whom the provider has sent back. Returns why not: a word of the sign-in page; null where it went well.</summary>
    public async Task<string?> CompleteAsync(AuthenticateResult answer, ClaimsPrincipal me)
    {
        var told = answer.Principal!;
        if (told.FindFirstValue("sub") is not { Length: > 0 } subject)
            return "provider";
        var isConfirming = answer.Properties!.Items.ContainsKey(ProviderSetup.Confirms);
        var roles = RolesOf(told);
        var person = await users.FindByLoginAsync(ProviderSetup.Scheme, subject);
        if (isConfirming && person?.Id != me.Id())
            return "other";
        if (roles.Count == 0)
        {
            Log.NoRole(logger, NameOf(told));
            return "role";
        }
        try
        {
            person = await TakeAsync(told, subject, person, roles);
        }
        catch (LedgerUnavailableException missing)
        {
            Log.NotRecorded(logger, NameOf(told), missing.Message);
            return "record";
        }
        if (person is null)
            return "name";
        var properties = new AuthenticationProperties { IsPersistent = true };
        // Only what signing out at the provider asks for is kept.
        if (answer.Properties.GetTokenValue("id_token") is { } token)
            properties.StoreTokens([new AuthenticationToken { Name = "id_token", Value = token }]);
        Claim[] claims = [new(Person.WayClaim, told.FindAll("amr").Any(c => c.Value is "hwk" or "swk" or "phr" or "phrh") ? Person.PasskeyWay : Person.ProviderWay), .. Proved(told, isConfirming)];
        if (!await PortalSignIn.SignInByAsync(signIn, person, properties, claims))
            return "closed";
        Log.SignedIn(logger, person.UserName);
        return null;
    }

    /// <summary>
    /// When the person proved it. A provider that remembers its people may not have asked; where it does not say, only a sign-in that was
    /// demanded counts as new.
    /// </summary>
    private static Claim[] Proved(ClaimsPrincipal told, bool isConfirming) =>
        long.TryParse(told.FindFirstValue("auth_time"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? [new Claim(Person.ProvedAtClaim, seconds.ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64)]
            : isConfirming ? [] : [new Claim(Person.ProvedAtClaim, "0", ClaimValueTypes.Integer64)];

    /// <summary>The account with the roles and groups that the provider says, on record before it has them; null where none can be made.</summary>
    private async Task<PortalUser?> TakeAsync(ClaimsPrincipal told, string subject, PortalUser? known, List<string> roles)
    {
        var groups = Values(told, options.Value.GroupClaim).ToList();
        var person = known ?? New(told);
        var before = await AccountFacts.OfAsync(users, known);
        var after = before.With((AccountFacts.Roles, AccountFacts.List(roles)), (AccountFacts.Groups, AccountFacts.List(groups)));
        if (known is null)
            after = after.With((AccountFacts.Account, AccountFacts.Open), (AccountFacts.DisplayName, person.DisplayName), (AccountFacts.Email, person.Email ?? ""));
        else if (before.Differences(after).Count == 0)
            return known;
        else
            after = after.With((AccountFacts.Sessions, AccountFacts.Ended));
        // An account of that name may be somebody else's: it is not taken over, and the ledger is not for each try.
        if (known is null && await users.FindByNameAsync(person.UserName!) is not null)
        {
            Log.NotMade(logger, person.UserName, "DuplicateUserName");
            return null;
        }
        var by = new Author(ProviderSetup.Scheme, options.Value.DisplayName);
        return await ledger.RunAsync<PortalUser?>(by, person, known is null ? "made at the first sign-in" : "rights changed at sign-in", before, after, async () =>
        {
            if (known is null && !await CreateAsync(person, subject))
                return null;
            await rights.SetAsync(person, roles, groups);
            if (known is not null)
            {
                await users.UpdateSecurityStampAsync(person);
                watch.Changed(person.Id);
            }
            return person;
        }, taken => taken is null ? Finding.Refused("No account could be made.") : Finding.Happened());
    }

    private PortalUser New(ClaimsPrincipal told)
    {
        var person = new PortalUser { UserName = NameOf(told), DisplayName = told.FindFirstValue("name") ?? NameOf(told), Email = Mail(told) };
        if (person.DisplayName.Length > 128)
            person.DisplayName = person.DisplayName[..128];
        return person;
    }

    private async Task<bool> CreateAsync(PortalUser person, string subject)
    {
        if (await users.CreateAsync(person) is { Succeeded: false } refused)
        {
            Log.NotMade(logger, person.UserName, string.Join(" ", refused.Errors.Select(e => e.Code)));
            return false;
        }
        await users.AddLoginAsync(person, new UserLoginInfo(ProviderSetup.Scheme, subject, options.Value.DisplayName));
        return true;
    }

    /// <summary>Gates may name people by it: an address that the provider has not verified is anybody's.</summary>
    private static string? Mail(ClaimsPrincipal told) => bool.TryParse(told.FindFirstValue("email_verified"), out var isVerified) && !isVerified ? null : told.FindFirstValue("email");

    private string NameOf(ClaimsPrincipal told) => told.FindFirstValue(options.Value.NameClaim) ?? told.FindFirstValue("email") ?? told.FindFirstValue("sub")!;

    private List<string> RolesOf(ClaimsPrincipal told)
    {
        var mapped = Values(told, options.Value.RoleClaim).Concat(Values(told, options.Value.GroupClaim))
            .Select(value => options.Value.Roles.TryGetValue(value, out var role) ? role : null).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return mapped.Count == 0 && options.Value.DefaultRole.Length > 0 ? [options.Value.DefaultRole] : mapped;
    }

    private static IEnumerable<string> Values(ClaimsPrincipal told, string type) => told.FindAll(type).Select(c => c.Value).Where(v => v.Length is > 0 and <= 128).Distinct(StringComparer.Ordinal);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{User} signed in by the identity provider")]
        public static partial void SignedIn(ILogger logger, string? user);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The identity provider gives {User} no role of the portal")]
        public static partial void NoRole(ILogger logger, string user);

        [LoggerMessage(Level = LogLevel.Error, Message = "{User} of the identity provider was not let in, because the ledger cannot be written: {Reason}")]
        public static partial void NotRecorded(ILogger logger, string user, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "No account could be made for {User} of the identity provider: {Reason}")]
        public static partial void NotMade(ILogger logger, string? user, string reason);
    }
}
