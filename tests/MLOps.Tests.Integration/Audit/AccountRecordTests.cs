using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Ledger;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Account.Records;
using MLOps.Portal.Features.Audit;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Integration.Portal;

namespace MLOps.Tests.Integration.Audit;

/// <summary>Who may sign in, and with which rights, is in the ledger as every other deed is: before it is changed, and what became of it.</summary>
public sealed class AccountRecordTests
{
    private const string Password = "correct horse battery";
    private static readonly string[] AtOnce = ["--Audit:SettleAfter=00:00:00", "--Audit:LookEvery=01:00:00"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Accounts_EveryChange_IsOnRecordWithWhoAndWhatAndNoSecret()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await PeopleTests.JoinAsync(portal, admin, Roles.Scientist);
        await casey.PostAsync("/account/password", await casey.GetAsync("/account"), ("current", Password), ("password", "another good long one"), ("again", "another good long one"));
        var id = (await FindAsync(portal, "casey"))!.Id;
        var page = await admin.GetAsync($"/account/people/{id}");
        await admin.PostAsync($"/account/people/{id}/change", page, ("displayName", "Casey"), ("roles", Roles.Approver), ("groups", "eu, fraud-risk"));
        foreach (var act in (string[])["disable", "enable", "unlock", "sign-out", "reset"])
            await admin.PostAsync($"/account/people/{id}/{act}", page);
        // What is refused before it is tried is no change.
        await admin.PostAsync("/account/people", page, ("userName", "x"), ("displayName", "X"));

        var entries = await LedgerTests.AllAsync(portal);
        LedgerTests.Verify(entries);
        var accounts = entries.Where(e => e.Kind == LedgerKind.Account).ToList();
        accounts.Where(e => e.Type == EntryType.Intent).Select(e => (e.Object, e.Name)).Should().Equal(
            ("casey: invited", "Administrator (admin)"), ("casey: invitation accepted", "Casey (casey)"), ("casey: password set", "Casey (casey)"), ("casey: changed", "Administrator (admin)"),
            ("casey: disabled", "Administrator (admin)"), ("casey: enabled", "Administrator (admin)"), ("casey: unlocked", "Administrator (admin)"),
            ("casey: signed out everywhere", "Administrator (admin)"), ("casey: sign-in reset", "Administrator (admin)"));
        accounts.Where(e => e.Type == EntryType.Outcome).Should().HaveCount(9).And.OnlyContain(e => e.Result == EntryResult.Happened);
        var changed = accounts.First(e => e.Object == "casey: changed");
        changed.Details["before"].Should().Contain("roles: scientist; groups: none");
        changed.Details["after"].Should().Be("roles: approver; groups: eu, fraud-risk; sessions: ended");
        accounts.First(e => e.Object == "casey: sign-in reset").Details["before"].Should().StartWith("password: set");
        var person = (await FindAsync(portal, "casey"))!;
        string.Join('\n', accounts.Select(EntryForm.LineOf)).Should().NotContain(Password).And.NotContain("another good").And.NotContain("code=").And.NotContain(person.SecurityStamp!).And.NotContain("AQAAAA");
    }

    [Fact]
    public async Task Passkey_AddedAndRemoved_IsOnRecordByItsNameAndId()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await PeopleTests.JoinAsync(portal, admin, Roles.Approver);
        using (var scope = portal.Services.CreateScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
            await users.AddOrUpdatePasskeyAsync((await users.FindByNameAsync("casey"))!, new UserPasskeyInfo([1, 2, 3], [4], DateTimeOffset.UtcNow, 1, ["internal"], true, false, false, [5], [6]) { Name = "Laptop" });
        }
        (await casey.PostAsync("/account/passkeys/remove", await casey.GetAsync("/account"), ("id", "010203"))).Location.Should().EndWith("done=removed");
        var removed = (await LedgerTests.AllAsync(portal)).Single(e => e.Type == EntryType.Intent && e.Object == "casey: passkey removed");
        (removed.Details["before"], removed.Details["after"]).Should().Be(("passkeys: Laptop (010203)", "passkeys: none"));
    }

    [Fact]
    public async Task Ledger_CannotBeWritten_NoAccountChanges()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        var id = (await FindAsync(portal, "viewer"))!.Id;
        var page = await admin.GetAsync($"/account/people/{id}");
        await using (var database = await portal.Services.GetRequiredService<IDbContextFactory<LedgerDbContext>>().CreateDbContextAsync(Cancelled))
            await database.Database.ExecuteSqlRawAsync("CREATE TRIGGER disk_full BEFORE INSERT ON ledger_entries BEGIN SELECT RAISE(ABORT, 'disk full'); END", Cancelled);
        foreach (var act in (string[])["disable", "reset", "sign-out", "unlock"])
        {
            var refused = await admin.PostAsync($"/account/people/{id}/{act}", page);
            refused.Status.Should().Be(HttpStatusCode.ServiceUnavailable, act);
            refused.Html.Should().Contain("audit ledger cannot be written");
        }
        (await admin.PostAsync("/account/people", page, ("userName", "mallory"), ("displayName", "Mallory"), ("roles", Roles.Admin))).Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await FindAsync(portal, "mallory")).Should().BeNull();
        (await FindAsync(portal, "viewer"))!.IsDisabled.Should().BeFalse();
    }

    [Theory]
    [InlineData(false, EntryResult.Absent)]
    [InlineData(true, EntryResult.Happened)]
    public async Task Change_CutOff_IsLookedUpInTheAccountItself(bool isDone, string result)
    {
        await using var portal = await PortalHost.StartAsync(null, AtOnce);
        using var scope = portal.Services.CreateScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var person = (await users.FindByNameAsync("viewer"))!;
        var before = await AccountFacts.OfAsync(users, person);
        var after = before.With((AccountFacts.Account, AccountFacts.Disabled), (AccountFacts.Sessions, AccountFacts.Ended));
        // The intent as the portal writes it; its process ends before there is an outcome. The portal itself may look as soon as it is cut off.
        var cut = () => portal.Services.GetRequiredService<AccountLedger>().RunAsync(Author.Portal, person, "disabled", before, after, async () =>
        {
            if (isDone)
            {
                person.IsDisabled = true;
                await users.UpdateAsync(person);
                await users.UpdateSecurityStampAsync(person);
            }
            throw new IOException("cut off");
        });
        await cut.Should().ThrowAsync<IOException>();
        (await portal.Services.GetRequiredService<Reconciliation>().RunAsync(Cancelled)).Should().Be(0);
        (await LedgerTests.AllAsync(portal)).Last(e => e.Type == EntryType.Outcome && e.Kind == LedgerKind.Account).Result.Should().Be(result);
    }

    private static async Task<PortalUser?> FindAsync(PortalHost portal, string name)
    {
        using var scope = portal.Services.CreateScope();
        return await scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>().FindByNameAsync(name);
    }
}
