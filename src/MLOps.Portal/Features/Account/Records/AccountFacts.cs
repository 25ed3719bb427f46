using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using MLOps.Portal.Data;
using MLOps.Portal.Shared.Security;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Account.Records;

/// <summary>What an account is like, part by part, in words for the ledger: never a secret.</summary>
internal sealed class AccountFacts
{
    public const string Account = "account";
    public const string DisplayName = "name";
    public const string Email = "e-mail";
    public const string Roles = "roles";
    public const string Groups = "groups";
    public const string Password = "password";
    public const string Passkeys = "passkeys";
    public const string Lock = "lock";
    public const string Sessions = "sessions";

    public const string None = "none";
    public const string Open = "open";
    public const string Disabled = "disabled";
    public const string Set = "set";

    /// <summary>What is said of sessions that a change is to end.</summary>
    public const string Ended = "ended";

    private static readonly string[] Order = [Account, DisplayName, Email, Roles, Groups, Password, Passkeys, Lock, Sessions];

    private readonly IReadOnlyDictionary<string, string> parts;

    private AccountFacts(IReadOnlyDictionary<string, string> parts) => this.parts = parts;

    /// <summary>Of an account that is not there.</summary>
    public static AccountFacts Nobody { get; } = new(Order.ToDictionary(part => part, _ => None));

    public string this[string part] => parts.GetValueOrDefault(part, None);

    public static async Task<AccountFacts> OfAsync(UserManager<PortalUser> users, PortalUser? person)
    {
        if (person is null)
            return Nobody;
        var groups = (await users.GetClaimsAsync(person)).Where(c => c.Type == Person.GroupClaim).Select(c => c.Value);
        return Nobody.With(
            (Account, person.IsDisabled ? Disabled : Open), (DisplayName, person.DisplayName), (Email, person.Email ?? ""), (Roles, List(await users.GetRolesAsync(person))), (Groups, List(groups)),
            (Password, person.PasswordHash is null ? None : Set), (Passkeys, List(Names(await users.GetPasskeysAsync(person)))), (Lock, await users.IsLockedOutAsync(person) ? Set : None),
            (Sessions, $"as of {Mark(person.SecurityStamp ?? "")}"));
    }

    /// <summary>The same with other parts; an empty value is none.</summary>
    public AccountFacts With(params (string Part, string Value)[] other)
    {
        var changed = parts.ToDictionary();
        foreach (var (part, value) in other)
            changed[part] = value.Length == 0 ? None : value;
        return new AccountFacts(changed);
    }

    /// <summary>The parts that are not the same.</summary>
    public IReadOnlyList<string> Differences(AccountFacts other) => [.. Order.Where(part => this[part] != other[part])];

    /// <summary>Some parts in words: <c>roles: approver; groups: none</c>.</summary>
    public string Words(IEnumerable<string> some) => string.Join("; ", some.Select(part => $"{part}: {this[part]}"));

    /// <summary>Names in one order, whatever order they come in.</summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    /// <summary>What people call their passkeys; two of one name are told apart by their ids.</summary>
    public static IEnumerable<string> Names(IEnumerable<UserPasskeyInfo> passkeys) => passkeys.Select(NameOf);

    public static string NameOf(UserPasskeyInfo passkey) => $"{passkey.Name} ({Shared.Text.Words.Short(Convert.ToHexStringLower(passkey.CredentialId), 12)})";

    /// <summary>Tells two stamps apart without telling either: who knows a stamp could go on with a session.</summary>
    private static string Mark(string stamp) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stamp)))[..8];
}
