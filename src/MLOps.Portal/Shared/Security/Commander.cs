using MLOps.Cloud.Faults;
using MLOps.Portal.Shared.Ledger;
using MudBlazor;

namespace MLOps.Portal.Shared.Security;

/// <summary>Runs a command of a page through the gate, and says on the page what came of it.</summary>
public sealed class Commander(CommandGate gate, ISnackbar snackbar)
{
    /// <summary>Runs it; false when it was refused by the portal or the cloud.</summary>
    /// <param name="deed">For ledger, log and refusal: <c>start pipeline iris-model-pipeline</c>.</param>
    /// <param name="done">What to say when it went well; null where the page shows it by itself.</param>
    public async Task<bool> RunAsync(string policy, Deed deed, Func<Task> command, string? done)
    {
        try
        {
            await gate.RunAsync(policy, deed, command);
            if (done is not null)
                snackbar.Add(done, Severity.Success);
            return true;
        }
        catch (CloudException refused)
        {
            snackbar.Add(refused.Fault.Message, Severity.Error);
            return false;
        }
        catch (Exception refused) when (refused is NotAllowedException or LedgerUnavailableException or ClaimedException)
        {
            snackbar.Add(refused.Message, Severity.Error);
            return false;
        }
    }

    /// <summary>Reads something that a click asked for; null, and a word on the page, when the cloud refuses.</summary>
    public async Task<T?> ReadAsync<T>(Func<Task<T>> read) where T : class
    {
        try
        {
            return await read();
        }
        catch (CloudException refused)
        {
            snackbar.Add(refused.Fault.Message, Severity.Error);
            return null;
        }
    }
}
