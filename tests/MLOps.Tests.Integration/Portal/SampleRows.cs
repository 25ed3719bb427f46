using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using MLOps.Ledger;

namespace MLOps.Tests.Integration.Portal;

/// <summary>Makes a row of every entity of a context, whatever the entity is, and reads it back.</summary>
internal static class SampleRows
{
    /// <summary>Rows that the database itself checks: not any values will do.</summary>
    private static readonly Dictionary<Type, object> Checked = new()
    {
        [typeof(LedgerEntry)] = Chain.Append(null, new LedgerEntry
        {
            Sequence = 0, PreviousHash = "", At = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero).AddTicks(1234567), Type = EntryType.Intent, Kind = "approve", Name = Text(300),
            Why = Text(2000), Requests = [Text(300)], Details = new Dictionary<string, string> { [Text(60)] = Text(300) },
        }),
    };

    /// <summary>Writes one row of each entity. Returns what was written: by entity, the values of its columns.</summary>
    public static async Task<Dictionary<string, Dictionary<string, object?>>> WriteAsync(DbContext context)
    {
        var entities = new Dictionary<IEntityType, object>();
        foreach (var type in InOrder(context.Model.GetEntityTypes().Where(t => !t.IsOwned() && t.FindPrimaryKey() is not null)))
        {
            var entity = Checked.GetValueOrDefault(type.ClrType) ?? RuntimeHelpers.GetUninitializedObject(type.ClrType);
            var entry = context.Entry(entity);
            foreach (var property in Checked.ContainsKey(type.ClrType) ? [] : type.GetProperties().Where(p => !p.IsShadowProperty() || p.IsForeignKey()))
            {
                var principal = property.GetContainingForeignKeys().FirstOrDefault(k => entities.ContainsKey(k.PrincipalEntityType));
                if (principal is not null)
                    entry.Property(property).CurrentValue = context.Entry(entities[principal.PrincipalEntityType])
                        .Property(principal.PrincipalKey.Properties[principal.Properties.ToList().IndexOf(property)]).CurrentValue;
                else if (!(property.IsPrimaryKey() && property.ValueGenerated == ValueGenerated.OnAdd && property.ClrType != typeof(string) && property.ClrType != typeof(Guid)))
                    entry.Property(property).CurrentValue = Sample(property);
            }
            entry.State = EntityState.Added;
            await context.SaveChangesAsync();
            entities[type] = entity;
        }
        return entities.ToDictionary(e => e.Key.ClrType.Name, e => Values(context, e.Key, e.Value));
    }

    /// <summary>Reads every row of every entity, as <see cref="WriteAsync"/> returns them.</summary>
    public static async Task<Dictionary<string, Dictionary<string, object?>>> ReadAsync(DbContext context)
    {
        var read = new Dictionary<string, Dictionary<string, object?>>();
        foreach (var type in context.Model.GetEntityTypes().Where(t => !t.IsOwned() && t.FindPrimaryKey() is not null))
        {
            var rows = await ((IQueryable<object>)typeof(DbContext).GetMethod(nameof(DbContext.Set), [])!.MakeGenericMethod(type.ClrType).Invoke(context, null)!).ToListAsync();
            read[type.ClrType.Name] = Values(context, type, rows.Should().ContainSingle($"one {type.ClrType.Name} was written").Subject);
        }
        return read;
    }

    private static Dictionary<string, object?> Values(DbContext context, IEntityType type, object entity) =>
        type.GetProperties().ToDictionary(p => p.Name, p => context.Entry(entity).Property(p).CurrentValue);

    private static IEnumerable<IEntityType> InOrder(IEnumerable<IEntityType> types)
    {
        var left = types.ToList();
        while (left.Count > 0)
        {
            var next = left.First(t => t.GetForeignKeys().All(k => k.PrincipalEntityType == t || !left.Contains(k.PrincipalEntityType)));
            left.Remove(next);
            yield return next;
        }
    }

    private static object? Sample(IProperty property)
    {
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        return type switch
        {
            _ when type == typeof(string) => Text(property.GetMaxLength() ?? 100),
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => int.MaxValue,
            _ when type == typeof(long) => long.MaxValue - 7,
            _ when type == typeof(double) => 0.1 + 0.2,
            _ when type == typeof(decimal) => 12.5m,
            _ when type == typeof(Guid) => Guid.Parse("0a1b2c3d-0000-4000-8000-00000000beef"),
            _ when type == typeof(byte[]) => new byte[] { 0, 1, 255 },
            _ when type == typeof(TimeSpan) => TimeSpan.FromTicks(1234567),
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero).AddTicks(1234567),
            _ when type == typeof(Microsoft.AspNetCore.Identity.IdentityPasskeyData) => new Microsoft.AspNetCore.Identity.IdentityPasskeyData { PublicKey = [1], Name = "ä", Transports = ["usb"], AttestationObject = [2], ClientDataJson = [3] },
            _ when type.IsEnum => Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1),
            _ => throw new NotSupportedException($"SampleRows knows no value of {property.DeclaringType.Name}.{property.Name}, a {type}: add one."),
        };
    }

    // Letters of several bytes and a quote, as long as the column is.
    private static string Text(int length) => string.Concat(Enumerable.Repeat("ä'\n", 1 + (Math.Min(length, 300) / 3)))[..Math.Min(length, 300)];
}
