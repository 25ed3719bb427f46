using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Account.Own;
using MLOps.Portal.Features.Account.Records;
using MLOps.Portal.Features.Account.Sessions;
using MLOps.Portal.Hosting.Protection;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account.Passkeys;

/// <summary>Adding, using and removing passkeys. The challenge waits in a protected cookie between the two steps.</summary>
internal static partial class PasskeyEndpoints
{
    public static void MapPasskeys(this IEndpointRouteBuilder app)
    {
        app.MapPost("/account/passkeys/request", RequestAsync).AllowAnonymous().RequireRateLimiting(RateLimits.SignIn);
        app.MapPost("/account/passkeys/sign-in", SignInAsync).AllowAnonymous().RequireRateLimiting(RateLimits.SignIn);
        var own = app.MapGroup("/account/passkeys").RequireAuthorization(Policies.SignedIn).AddEndpointFilterFactory(FormRefused.Unrecorded);
        own.MapPost("/creation", CreationAsync);
        own.MapPost("", AddAsync);
        own.MapPost("/remove", RemoveAsync);
    }

    /// <summary>What the browser needs to use a passkey: of the person who is signed in, or of whoever has one for this server.</summary>
    private static async Task<IResult> RequestAsync(IFormCollection form, ClaimsPrincipal me, SignInManager<PortalUser> signIn) =>
        Results.Content(await signIn.MakePasskeyRequestOptionsAsync((await signIn.UserManager.GetUserAsync(me))!), "application/json");

    private static async Task<IResult> SignInAsync(
        [FromForm] string? credential, [FromForm] string? returnUrl, [FromForm] string? confirms, ClaimsPrincipal me, SignInManager<PortalUser> signIn, ILogger<OwnAccount> logger)
    {
        var back = SignInEndpoints.SafeReturn(returnUrl);
        var refused = (confirms == "yes" ? "/account/confirm" : "/account/sign-in") + $"?refused=passkey&returnUrl={Uri.EscapeDataString(back)}";
        var result = await TryAsync(() => signIn.PerformPasskeyAssertionAsync(credential ?? ""));
        if (result is not { Succeeded: true } || confirms == "yes" && result.User.Id != me.Id() || await signIn.UserManager.IsLockedOutAsync(result.User))
        {
            Log.Refused(logger, result?.User?.UserName ?? "somebody", result is null ? "nobody had asked for it" : result.Failure?.Message ?? "it belongs to another account, or the account is locked");
            return TypedResults.LocalRedirect(refused);
        }
        // The counter of the key moves on, by which a copy of it would be noticed.
        await signIn.UserManager.AddOrUpdatePasskeyAsync(result.User, result.Passkey);
        if (!await PortalSignIn.SignInByAsync(signIn, result.User, Person.PasskeyWay))
            return TypedResults.LocalRedirect(refused);
        Log.SignedIn(logger, result.User.UserName);
        return TypedResults.LocalRedirect(back);
    }

    private static async Task<IResult> CreationAsync(IFormCollection form, ClaimsPrincipal me, SignInManager<PortalUser> signIn, OwnAccount own)
    {
        if (await signIn.UserManager.GetUserAsync(me) is not { } person || !own.IsFresh(me))
            return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
        return Results.Content(
            await signIn.MakePasskeyCreationOptionsAsync(new() { Id = person.Id, Name = person.UserName ?? "", DisplayName = person.DisplayName }), "application/json");
    }

    private static async Task<IResult> AddAsync([FromForm] string? credential, [FromForm] string? name, ClaimsPrincipal me, SignInManager<PortalUser> signIn, OwnAccount own, AccountLedger ledger, ILogger<OwnAccount> logger)
    {
        if (await signIn.UserManager.GetUserAsync(me) is not { } person || !own.IsFresh(me))
            return FormRefused.Answer("/account", isStranger: false, "Confirm who you are first: a passkey is added within ten minutes of signing in.");
        var result = await TryAsync(() => signIn.PerformPasskeyAttestationAsync(credential ?? ""));
        if (result is not { Succeeded: true })
            return FormRefused.Answer("/account", isStranger: false, "The browser's answer could not be checked. Try again.");
        result.Passkey.Name = name?.Trim() is { Length: > 0 and <= 60 } given ? given : "Passkey";
        var users = signIn.UserManager;
        var before = await AccountFacts.OfAsync(users, person);
        var after = before.With((AccountFacts.Passkeys, AccountFacts.List([.. AccountFacts.Names(await users.GetPasskeysAsync(person)), AccountFacts.NameOf(result.Passkey)])));
        var added = await ledger.RunAsync(Author.Of(me), person, "passkey added", before, after, () => users.AddOrUpdatePasskeyAsync(person, result.Passkey), AccountLedger.Judge);
        if (!added.Succeeded)
            return FormRefused.Answer("/account", isStranger: false, [.. added.Errors.Select(e => e.Description)]);
        Log.Added(logger, person.UserName);
        return TypedResults.LocalRedirect("/account?done=passkey");
    }

    private static async Task<IResult> RemoveAsync([FromForm] string? id, ClaimsPrincipal me, UserManager<PortalUser> users, OwnAccount own, AccountLedger ledger, ILogger<OwnAccount> logger)
    {
        if (await users.GetUserAsync(me) is not { } person || !own.IsFresh(me))
            return FormRefused.Answer("/account/confirm?returnUrl=%2Faccount", isStranger: false, "Confirm who you are first: a passkey is removed within ten minutes of signing in.");
        var key = (await users.GetPasskeysAsync(person)).FirstOrDefault(k => Convert.ToHexStringLower(k.CredentialId) == id);
        if (key is null)
            return FormRefused.Answer("/account", isStranger: false, "There is no such passkey.");
        var before = await AccountFacts.OfAsync(users, person);
        var after = before.With((AccountFacts.Passkeys, AccountFacts.List(AccountFacts.Names((await users.GetPasskeysAsync(person)).Where(k => !k.CredentialId.SequenceEqual(key.CredentialId))))));
        await ledger.RunAsync(Author.Of(me), person, "passkey removed", before, after, () => users.RemovePasskeyAsync(person, key.CredentialId), AccountLedger.Judge);
        Log.Removed(logger, person.UserName);
        return TypedResults.LocalRedirect("/account?done=removed");
    }

    /// <summary>The result; null where no challenge is under way: it was answered already, or none was asked for.</summary>
    private static async Task<T?> TryAsync<T>(Func<Task<T>> perform) where T : class
    {
        try
        {
            return await perform();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{User} signed in by passkey")]
        public static partial void SignedIn(ILogger logger, string? user);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A passkey of {User} was refused: {Reason}")]
        public static partial void Refused(ILogger logger, string? user, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "{User} added a passkey")]
        public static partial void Added(ILogger logger, string? user);

        [LoggerMessage(Level = LogLevel.Information, Message = "{User} removed a passkey")]
        public static partial void Removed(ILogger logger, string? user);
    }
}
