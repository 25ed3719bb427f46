using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace MLOps.Portal.Data.Keys;

/// <summary>The keys that protect cookies and forms, where several instances share a database. With SQLite they are files in the state folder.</summary>
public sealed class KeysDbContext(DbContextOptions<KeysDbContext> options) : FeatureDbContext(options), IDataProtectionKeyContext
{
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();
}
