using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using MLOps.Ledger;
using MLOps.Portal.Data;

namespace MLOps.Portal.Features.Audit;

/// <summary>The ledger's table. Triggers in both databases refuse every change of a row, and every row that does not continue the chain.</summary>
public sealed class LedgerDbContext(DbContextOptions<LedgerDbContext> options) : FeatureDbContext(options)
{
    public const string Table = "ledger_entries";

    /// <summary>How many characters of a reason, a name or an object are kept.</summary>
    public const int LongText = 2048;
    public const int ShortText = 512;

    public DbSet<LedgerEntry> Entries => Set<LedgerEntry>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<LedgerEntry>(entry =>
    {
        entry.ToTable(Table);
        entry.HasKey(e => e.Sequence);
        entry.Property(e => e.Sequence).ValueGeneratedNever();
        entry.HasIndex(e => e.Claim);
        entry.HasIndex(e => e.Of);
        entry.HasIndex(e => e.At);
        entry.HasIndex(e => e.Kind);
        entry.Property(e => e.PreviousHash).HasMaxLength(64);
        entry.Property(e => e.Hash).HasMaxLength(64);
        entry.Property(e => e.Evidence).HasMaxLength(64);
        entry.Property(e => e.Type).HasMaxLength(16);
        entry.Property(e => e.Kind).HasMaxLength(32);
        entry.Property(e => e.Result).HasMaxLength(16);
        entry.Property(e => e.Connection).HasMaxLength(64);
        entry.Property(e => e.Instance).HasMaxLength(32);
        entry.Property(e => e.Object).HasMaxLength(ShortText);
        entry.Property(e => e.Subject).HasMaxLength(ShortText);
        entry.Property(e => e.Name).HasMaxLength(ShortText);
        entry.Property(e => e.Claim).HasMaxLength(LongText);
        entry.Property(e => e.Why).HasMaxLength(LongText);
        entry.Property(e => e.Requests).HasConversion(Lines, new ValueComparer<IReadOnlyList<string>>((a, b) => ListText(a!) == ListText(b!), list => ListText(list).GetHashCode(StringComparison.Ordinal)));
        entry.Property(e => e.Details).HasConversion(Pairs, new ValueComparer<IReadOnlyDictionary<string, string>>((a, b) => PairText(a!) == PairText(b!), pairs => PairText(pairs).GetHashCode(StringComparison.Ordinal)));
    });

    private static readonly ValueConverter<IReadOnlyList<string>, string> Lines = new(list => ListText(list), text => ListOf(text));

    private static readonly ValueConverter<IReadOnlyDictionary<string, string>, string> Pairs = new(pairs => PairText(pairs), text => PairsOf(text));

    private static string ListText(IReadOnlyList<string> list) => CanonicalJson.Of(new JsonArray([.. list.Select(item => (JsonNode)item)]));

    private static string PairText(IReadOnlyDictionary<string, string> pairs) => CanonicalJson.Of(new JsonObject(pairs.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))));

    private static List<string> ListOf(string text) => [.. JsonNode.Parse(text)!.AsArray().Select(item => item!.GetValue<string>())];

    private static Dictionary<string, string> PairsOf(string text) => JsonNode.Parse(text)!.AsObject().ToDictionary(p => p.Key, p => p.Value!.GetValue<string>(), StringComparer.Ordinal);
}
