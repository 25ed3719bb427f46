using Microsoft.EntityFrameworkCore;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Notifications.Reading;

namespace MLOps.Portal.Features.Notifications;

/// <summary>What people were told, what is on its way to them, what they have read, and what they want to be told.</summary>
public sealed class NotificationDbContext(DbContextOptions<NotificationDbContext> options) : FeatureDbContext(options)
{
    public DbSet<NotificationRow> Notifications => Set<NotificationRow>();

    public DbSet<DeliveryRow> Deliveries => Set<DeliveryRow>();

    public DbSet<ReadRow> Reads => Set<ReadRow>();

    public DbSet<WatchedRow> Watched => Set<WatchedRow>();

    public DbSet<ChoiceRow> Choices => Set<ChoiceRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<NotificationRow>(row =>
        {
            row.ToTable("notifications");
            // Two instances of the portal see the same event: the second one's row is refused.
            row.HasIndex(n => n.Key).IsUnique();
            row.HasIndex(n => n.At);
            row.HasIndex(n => n.Series);
            row.Property(n => n.Key).HasMaxLength(512);
            row.Property(n => n.Series).HasMaxLength(600);
            row.Property(n => n.Kind).HasConversion<string>().HasMaxLength(32);
            row.Property(n => n.Title).HasMaxLength(NotificationRow.LongestTitle);
            row.Property(n => n.Text).HasMaxLength(NotificationRow.LongestText);
            row.Property(n => n.Path).HasMaxLength(1024);
            row.Property(n => n.Facts).HasMaxLength(4000);
        });
        modelBuilder.Entity<DeliveryRow>(row =>
        {
            row.ToTable("notification_deliveries");
            row.HasIndex(d => new { d.NotificationId, d.Channel }).IsUnique();
            row.HasIndex(d => new { d.State, d.NextAt });
            row.HasOne<NotificationRow>().WithMany().HasForeignKey(d => d.NotificationId);
            row.Property(d => d.Channel).HasMaxLength(80);
            row.Property(d => d.State).HasConversion<string>().HasMaxLength(16);
            row.Property(d => d.LeasedBy).HasMaxLength(64);
            row.Property(d => d.LastFault).HasMaxLength(DeliveryRow.LongestFault);
        });
        modelBuilder.Entity<ReadRow>(row =>
        {
            row.ToTable("notification_reads");
            row.HasIndex(r => new { r.UserId, r.NotificationId }).IsUnique();
            row.HasOne<NotificationRow>().WithMany().HasForeignKey(r => r.NotificationId);
            row.Property(r => r.UserId).HasMaxLength(450);
        });
        modelBuilder.Entity<ChoiceRow>(row =>
        {
            row.ToTable("notification_choices");
            row.HasIndex(c => new { c.UserId, c.Kind }).IsUnique();
            row.Property(c => c.UserId).HasMaxLength(450);
            row.Property(c => c.Kind).HasConversion<string>().HasMaxLength(32);
            row.Property(c => c.Choice).HasConversion<string>().HasMaxLength(16);
        });
        modelBuilder.Entity<WatchedRow>(row =>
        {
            row.ToTable("notification_watched");
            row.HasIndex(w => w.Key).IsUnique();
            row.Property(w => w.Key).HasMaxLength(480);
            row.Property(w => w.Connection).HasMaxLength(64);
            row.Property(w => w.Pipeline).HasMaxLength(100);
            row.Property(w => w.Stage).HasMaxLength(100);
            row.Property(w => w.Action).HasMaxLength(100);
            row.Property(w => w.ExecutionId).HasMaxLength(64);
        });
    }
}
