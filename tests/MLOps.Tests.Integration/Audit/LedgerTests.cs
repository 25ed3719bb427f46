using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Ledger;
using MLOps.Portal.Features.Audit;
using MLOps.Portal.Shared.Ledger;
using MLOps.Tests.Integration.Portal;

namespace MLOps.Tests.Integration.Audit;

/// <summary>The ledger in both databases: it only grows, in one chain, whoever writes.</summary>
public sealed class LedgerTests
{
    public static TheoryData<string> Databases => ["Sqlite", "Postgres"];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Database_RefusesEveryChangeByItself(string database)
    {
        await using var portal = await PortalHost.StartAsync(null, await SettingsAsync(database));
        var ledger = portal.Services.GetRequiredService<ILedger>();
        await ledger.AppendAsync(Entries.Fact("note", ""), TestContext.Current.CancellationToken);
        var before = await AllAsync(portal);

        string[] attempts =
        [
            """UPDATE ledger_entries SET "Name" = 'Eve'""",
            """UPDATE ledger_entries SET "Sequence" = 99 WHERE "Sequence" = 1""",
            "DELETE FROM ledger_entries",
            database == "Sqlite" ? """INSERT OR REPLACE INTO ledger_entries SELECT * FROM ledger_entries WHERE "Sequence" = 1""" : "TRUNCATE ledger_entries",
            $"""INSERT INTO ledger_entries ({Columns}) SELECT {Columns.Replace("\"Sequence\"", "99", StringComparison.Ordinal)} FROM ledger_entries WHERE "Sequence" = 1""",
            $"""INSERT INTO ledger_entries ({Columns}) SELECT {Columns.Replace("\"Sequence\"", "\"Sequence\" + 1", StringComparison.Ordinal)} FROM ledger_entries ORDER BY "Sequence" DESC LIMIT 1""",
        ];
        foreach (var sql in attempts)
        {
            await using var context = await ContextAsync(portal);
            var attempt = () => context.Database.ExecuteSqlRawAsync(sql, TestContext.Current.CancellationToken);
            await attempt.Should().ThrowAsync<System.Data.Common.DbException>(sql);
        }
        // What the portal itself appends meanwhile follows.
        (await AllAsync(portal)).Take(before.Count).Should().BeEquivalentTo(before, o => o.WithStrictOrdering());
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Append_ManyAtOnce_IsOneChainWithoutGap(string database)
    {
        var settings = await SettingsAsync(database);
        await using var one = await PortalHost.StartAsync(null, settings);
        await using var other = database == "Postgres" ? await PortalHost.StartAsync(null, settings) : null;
        var ledgers = new[] { one, other ?? one }.Select(p => p.Services.GetRequiredService<ILedger>()).ToList();

        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => ledgers[i % 2].AppendAsync(Entries.Fact("note", "") with { Why = $"{i}" }, TestContext.Current.CancellationToken)));

        var entries = await AllAsync(one);
        entries.Where(e => e.Kind == "note").Select(e => int.Parse(e.Why)).Should().BeEquivalentTo(Enumerable.Range(0, 60));
        entries.Select(e => e.Instance).Distinct().Should().HaveCount(other is null ? 1 : 2);
        Verify(entries);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Append_SameClaimAtOnce_IsTakenByOne(string database)
    {
        var settings = await SettingsAsync(database);
        await using var one = await PortalHost.StartAsync(null, settings);
        await using var other = database == "Postgres" ? await PortalHost.StartAsync(null, settings) : null;
        var ledgers = new[] { one, other ?? one }.Select(p => p.Services.GetRequiredService<ILedger>()).ToList();

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                await ledgers[i % 2].AppendAsync(Entries.Fact("approve", "the approval") with { Type = EntryType.Intent });
                return true;
            }
            catch (ClaimedException)
            {
                return false;
            }
        }));

        taken.Count(t => t).Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Append_TextsThatDatabasesDoNotTake_AreKeptAsFarAsTheyCan(string database)
    {
        await using var portal = await PortalHost.StartAsync(null, await SettingsAsync(database));
        var entry = await portal.Services.GetRequiredService<ILedger>().AppendAsync(
            Entries.Fact("note", "") with { Name = "a\0b\ud800c😀", Why = new string('ä', 3000), Details = new Dictionary<string, string> { ["x\0"] = "\u0001\"\\" } }, TestContext.Current.CancellationToken);

        var read = (await AllAsync(portal)).Single(e => e.Sequence == entry.Sequence);
        (read.Name, read.Why.Length).Should().Be(("a\ufffdb\ufffdc😀", LedgerDbContext.LongText));
        EntryForm.HashOf(read).Should().Be(entry.Hash);
        EntryForm.Read(EntryForm.LineOf(read)).Should().BeEquivalentTo(read);
    }

    private const string Columns =
        """"Sequence", "Version", "PreviousHash", "At", "Type", "Kind", "Object", "Connection", "Subject", "Name", "Why", "Evidence", "Of", "Result", "Claim", "Instance", "Requests", "Details", "Hash"""";

    internal static async Task<string[]> SettingsAsync(string database) => database == "Sqlite"
        ? [] : ["--Portal:Database:Provider=Postgres", $"--Portal:Database:ConnectionString={await PostgresServer.NewDatabaseAsync()}"];

    internal static async Task<List<LedgerEntry>> AllAsync(PortalHost portal)
    {
        await using var context = await ContextAsync(portal);
        return await context.Entries.AsNoTracking().OrderBy(e => e.Sequence).ToListAsync();
    }

    internal static void Verify(IEnumerable<LedgerEntry> entries)
    {
        var check = new ChainCheck();
        foreach (var entry in entries)
            check.Take(entry).Should().BeNull();
    }

    private static Task<LedgerDbContext> ContextAsync(PortalHost portal) => portal.Services.GetRequiredService<IDbContextFactory<LedgerDbContext>>().CreateDbContextAsync();
}
