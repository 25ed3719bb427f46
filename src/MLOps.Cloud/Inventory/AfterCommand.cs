using Microsoft.Extensions.Logging;
using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Inventory;

/// <summary>Shows at once what a command has changed.</summary>
internal sealed class AfterCommand(ILogger<AfterCommand> logger)
{
    /// <summary>Refreshes one thing. That the command worked stays true where this does not: the next sweep shows it then.</summary>
    public async Task RefreshAsync<T>(IInventory<T> inventory, string connection, string key, CancellationToken cancelled)
    {
        try
        {
            await inventory.RefreshAsync(connection, key, cancelled);
        }
        catch (CloudException e)
        {
            logger.LogWarning("{Key} of {Connection} was changed and could not be read again: {Fault}", key, connection, e.Fault.Message);
        }
    }
}
