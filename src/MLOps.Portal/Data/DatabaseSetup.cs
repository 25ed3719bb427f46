using Microsoft.EntityFrameworkCore;

namespace MLOps.Portal.Data;

/// <summary>
/// Brings the database up to date in the background, so that the first page does not wait for it. Requests that need the
/// database await <see cref="Ready"/>.
/// </summary>
internal sealed partial class DatabaseSetup(IServiceProvider services, IHostApplicationLifetime lifetime, ILogger<DatabaseSetup> logger) : BackgroundService
{
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the database can be used; fails when it could not be set up.</summary>
    public Task Ready => ready.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using var scope = services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<PortalDbContext>().Database.MigrateAsync(stoppingToken);
            await scope.ServiceProvider.GetRequiredService<PeopleSeeder>().SeedAsync();
            ready.SetResult();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            ready.SetCanceled(stoppingToken);
        }
        catch (Exception fault)
        {
            // Without its database the portal can let nobody in: say so, and stop.
            Log.Failed(logger, fault);
            ready.SetException(fault);
            _ = ready.Task.Exception;
            lifetime.StopApplication();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Critical, Message = "The portal's database could not be set up")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
