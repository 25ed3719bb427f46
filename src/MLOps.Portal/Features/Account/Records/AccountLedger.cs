using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using MLOps.Ledger;
using MLOps.Portal.Data;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account.Records;

/// <summary>Who changes an account, as the ledger names them; the portal itself where both are empty.</summary>
internal sealed record Author(string Subject, string Name)
{
    public static Author Portal { get; } = new("", "");

    public static Author Of(ClaimsPrincipal? person) => person?.Identity?.IsAuthenticated == true ? new(person.Id(), person.FullName()) : Portal;

    /// <summary>The owner of an account, who proved it by an invitation.</summary>
    public static Author Of(PortalUser person) => new(person.Id, person.DisplayName == person.UserName ? person.DisplayName : $"{person.DisplayName} ({person.UserName})");
}

/// <summary>Puts changes of accounts on record: before they are made, and what became of them afterwards.</summary>
internal sealed class AccountLedger(Recorder recorder)
{
    internal const string Account = "account id";
    internal const string Parts = "changes";
    internal const string Before = "before";
    internal const string After = "after";

    /// <summary>Makes a change of an account.</summary>
    /// <param name="what">In a word or two: <c>disabled</c>.</param>
    /// <param name="judge">Whether it was made.</param>
    /// <exception cref="LedgerUnavailableException">It could not be put on record, and was not made.</exception>
    public Task<T> RunAsync<T>(Author by, PortalUser person, string what, AccountFacts before, AccountFacts after, Func<Task<T>> change, Func<T, Finding> judge)
    {
        var parts = before.Differences(after);
        var intent = Entries.Fact(LedgerKind.Account, "") with
        {
            Type = EntryType.Intent, Object = $"{person.UserName}: {what}", Subject = by.Subject, Name = by.Name,
            Details = new Dictionary<string, string> { [Account] = person.Id, [Parts] = string.Join(", ", parts), [Before] = before.Words(parts), [After] = after.Words(parts) },
        };
        return recorder.RunAsync(intent, change, judge);
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Author by, PortalUser person, string what, AccountFacts before, AccountFacts after, Func<Task> change) => RunAsync(by, person, what, before, after, async () =>
    {
        await change();
        return true;
    }, _ => Finding.Happened());

    /// <summary>What an answer of Identity means.</summary>
    public static Finding Judge(IdentityResult result) => result.Succeeded ? Finding.Happened() : Finding.Refused(string.Join(" ", result.Errors.Select(e => e.Description)));
}

/// <summary>Finds out from the account itself whether a change of it was made that was cut off.</summary>
internal sealed class AccountReconciler(IServiceScopeFactory scopes) : IReconciler
{
    private const string Hint = "The entries of this account before and after tell more.";

    public IReadOnlyCollection<string> Kinds { get; } = [LedgerKind.Account];

    public async Task<Finding?> LookAsync(LedgerEntry intent, CancellationToken cancelled)
    {
        if (!intent.Details.TryGetValue(AccountLedger.Account, out var id) || !intent.Details.TryGetValue(AccountLedger.Before, out var before) || !intent.Details.TryGetValue(AccountLedger.After, out var after))
            return null;
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var facts = await AccountFacts.OfAsync(users, await users.FindByIdAsync(id));
        // What ended them is whatever made the sessions other ones.
        if (!before.Contains($"{AccountFacts.Sessions}: {facts[AccountFacts.Sessions]}", StringComparison.Ordinal))
            facts = facts.With((AccountFacts.Sessions, AccountFacts.Ended));
        var parts = intent.Details.GetValueOrDefault(AccountLedger.Parts, "").Split(", ", StringSplitOptions.RemoveEmptyEntries);
        return Lookup.Between(before, after, facts.Words(parts), Hint);
    }
}
