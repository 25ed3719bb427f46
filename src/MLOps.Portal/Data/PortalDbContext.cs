using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace MLOps.Portal.Data;

/// <summary>The people of the portal.</summary>
public sealed class PortalDbContext(DbContextOptions<PortalDbContext> options) : IdentityDbContext<PortalUser, IdentityRole, string>(options)
{
    public DbSet<PortalSession> Sessions => Set<PortalSession>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<PortalUser>().Property(user => user.DisplayName).HasMaxLength(128);
        builder.Entity<PortalSession>(session =>
        {
            session.Property(s => s.Id).HasMaxLength(32);
            session.Property(s => s.Stamp).HasMaxLength(64);
            session.Property(s => s.Way).HasMaxLength(32);
            session.Property(s => s.Address).HasMaxLength(64);
            session.Property(s => s.Browser).HasMaxLength(PortalSession.LongestBrowser);
            session.HasOne<PortalUser>().WithMany().HasForeignKey(s => s.UserId).IsRequired();
        });
        // Identity's own mapping keeps the key's data as a JSON column, whose type differs between the databases.
        builder.Entity<IdentityUserPasskey<string>>(passkey =>
        {
            passkey.ToTable("AspNetUserPasskeys").HasKey(p => p.CredentialId);
            passkey.Property(p => p.CredentialId).HasMaxLength(1024);
            passkey.Property(p => p.Data).HasConversion(data => Write(data), text => Read(text), new ValueComparer<IdentityPasskeyData>(
                (one, other) => Write(one!) == Write(other!), data => Write(data).GetHashCode(StringComparison.Ordinal), data => Read(Write(data))));
            passkey.HasOne<PortalUser>().WithMany().HasForeignKey(p => p.UserId).IsRequired();
        });
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => configurationBuilder.UsePortalConventions();

    private static string Write(IdentityPasskeyData data) => JsonSerializer.Serialize(data);

    private static IdentityPasskeyData Read(string text) => JsonSerializer.Deserialize<IdentityPasskeyData>(text)!;
}
