using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLOps.Portal;
using MLOps.Portal.Data;
using MLOps.Portal.Shared.Security;

namespace MLOps.Tests.Integration.Portal;

/// <summary>Both databases carry all that the features keep, and several instances can share a server.</summary>
public sealed class DatabaseTests
{
    private static string[] OnPostgres(string connection) => ["--Portal:Database:Provider=Postgres", $"--Portal:Database:ConnectionString={connection}"];

    [Fact]
    public async Task Sqlite_EveryEntity_IsWrittenAndReadBack() => await CarriesEveryEntityAsync([]);

    [Fact]
    public async Task Postgres_EveryEntity_IsWrittenAndReadBack() => await CarriesEveryEntityAsync(OnPostgres(await PostgresServer.NewDatabaseAsync()));

    private static async Task CarriesEveryEntityAsync(string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-database-").FullName;
        await using (var portal = PortalApplication.Build([$"--Portal:StateFolder={folder}", .. settings], _ => { }))
        {
            foreach (var feature in portal.Services.GetServices<FeatureDatabase>())
            {
                await using var write = portal.Services.CreateAsyncScope();
                var context = (DbContext)write.ServiceProvider.GetRequiredService(feature.Context);
                await context.Database.MigrateAsync();
                var written = await SampleRows.WriteAsync(context);
                await using var read = portal.Services.CreateAsyncScope();
                (await SampleRows.ReadAsync((DbContext)read.ServiceProvider.GetRequiredService(feature.Context))).Should().BeEquivalentTo(written, feature.Name);
            }
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Postgres_TwoInstancesStartAtOnce_ShareSignInsAndForms()
    {
        var settings = OnPostgres(await PostgresServer.NewDatabaseAsync());
        var both = await Task.WhenAll(PortalHost.StartAsync(null, settings), PortalHost.StartAsync(null, settings));
        await using var one = both[0];
        await using var other = both[1];
        using var browser = await one.SignInAsync(Roles.Approver);

        var page = await browser.GetAsync(new Uri(other.Address, "/approvals").AbsoluteUri);

        page.Status.Should().Be(HttpStatusCode.OK);
        page.Html.Should().Contain("Approver");
        (await browser.PostAsync(new Uri(one.Address, "/account/sign-out").AbsoluteUri, page)).Status.Should().Be(HttpStatusCode.Redirect, "a form of one instance is taken by the other");
    }

    [Fact]
    public async Task Sqlite_KilledWhileItMigrated_IsMigratedAtTheNextStart()
    {
        var state = Directory.CreateTempSubdirectory("mlops-database-").FullName;
        await using (var portal = PortalApplication.Build([$"--Portal:StateFolder={state}"], _ => { }))
        {
            await using var scope = portal.Services.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<PortalDbContext>();
            await context.Database.ExecuteSqlRawAsync("""
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00+00:00');
                """, TestContext.Current.CancellationToken);
            await context.FreeAbandonedLockAsync(TimeProvider.System, TestContext.Current.CancellationToken);
            await context.Database.MigrateAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            (await context.Users.CountAsync(TestContext.Current.CancellationToken)).Should().Be(0);
        }
        Directory.Delete(state, recursive: true);
    }

    [Fact]
    public async Task Start_PostgresWithoutConnectionString_SaysWhatToSet()
    {
        var start = () => PortalHost.StartAsync(null, "--Portal:Database:Provider=Postgres");
        (await start.Should().ThrowAsync<OptionsValidationException>()).Which.Message.Should().Contain("Portal:Database:ConnectionString");
    }
}
