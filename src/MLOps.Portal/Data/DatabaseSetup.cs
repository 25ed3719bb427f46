using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using MLOps.Portal.Hosting;

namespace MLOps.Portal.Data;

/// <summary>
/// Brings the database up to date. With SQLite in the background, so that the first page does not wait for it; a server is seen to
/// before anything is answered, because all instances need what is in it. What needs the database awaits <see cref="Ready"/>.
/// </summary>
internal sealed partial class DatabaseSetup(
    IServiceProvider services, PortalDatabase database, IEnumerable<FeatureDatabase> features, EarlyEnd end, TimeProvider time, ILogger<DatabaseSetup> logger)
    : BackgroundService
{
    /// <summary>Without a log of its own SQLite lets nobody read while somebody writes. The mode is kept in the file.</summary>
    private const string ReadWhileWriting = "PRAGMA journal_mode = WAL";

    // While one connection is open, closing another one does not write the whole log back into the file.
    private SqliteConnection? keeper;

    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the database can be used; fails when it could not be set up.</summary>
    public Task Ready => ready.Task;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        if (database.IsShared)
            await Ready.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // a fault is told, and ends the program
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using (await SetupLock.TakeAsync(database, stoppingToken))
                await SetUpAsync(stoppingToken);
            if (!database.IsShared)
            {
                keeper = new SqliteConnection(database.ConnectionString);
                await keeper.OpenAsync(stoppingToken);
            }
            ready.SetResult();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            ready.SetCanceled(stoppingToken);
        }
        catch (Exception fault)
        {
            // Without its database the portal can let nobody in: say so, and stop.
            Log.Failed(logger, fault, database.Place, fault.GetBaseException().Message, database.Remedy);
            ready.SetException(fault);
            _ = ready.Task.Exception;
            end.Stop(EarlyEnd.NoDatabase);
        }
    }

    public override void Dispose()
    {
        keeper?.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task SetUpAsync(CancellationToken cancelled)
    {
        await using var scope = services.CreateAsyncScope();
        if (!database.IsShared)
            await scope.ServiceProvider.GetRequiredService<PortalDbContext>().Database.ExecuteSqlRawAsync(ReadWhileWriting, cancelled);
        foreach (var feature in features)
        {
            var context = (DbContext)scope.ServiceProvider.GetRequiredService(feature.Context);
            await context.FreeAbandonedLockAsync(time, cancelled);
            await context.Database.MigrateAsync(cancelled);
        }
        // A connection that was opened before a table was made may say that there is none.
        if (!database.IsShared)
            SqliteConnection.ClearPool(new SqliteConnection(database.ConnectionString));
        await scope.ServiceProvider.GetRequiredService<PeopleSeeder>().SeedAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Critical, Message = "The portal's database {Place} could not be set up: {Reason} {Remedy}")]
        public static partial void Failed(ILogger logger, Exception fault, string place, string reason, string remedy);
    }
}
