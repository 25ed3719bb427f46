using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Shared.Security;

/// <summary>
/// The way of every command of an interactive page: it asks again, on the server and at the moment of the click, whether
/// the person may, and leaves a line in the log either way. What changes something is in the ledger before it is done.
/// </summary>
public sealed partial class CommandGate(
    AuthenticationStateProvider people, IAuthorizationService authorization, Recorder recorder, Places places, ILogger<CommandGate> logger)
{
    /// <summary>
    /// Runs <paramref name="command"/> when the policy allows it, to its end: it takes no token of the page, for somebody who has ordered
    /// something and goes on to another page has not taken the order back.
    /// </summary>
    /// <param name="deed">What it is, for ledger, log and refusal: <c>start pipeline iris-model-pipeline</c>.</param>
    /// <exception cref="NotAllowedException">The person may not.</exception>
    /// <exception cref="LedgerUnavailableException">It could not be put on record, and was not done.</exception>
    /// <exception cref="ClaimedException">Somebody else is at it; it was not done.</exception>
    public async Task<T> RunAsync<T>(string policy, Deed deed, Func<Task<T>> command)
    {
        var what = deed.What;
        var user = (await people.GetAuthenticationStateAsync()).User;
        var name = user.Identity?.Name ?? "anonymous";
        if (!(await authorization.AuthorizeAsync(user, policy)).Succeeded)
        {
            Log.Refused(logger, name, what, policy);
            throw new NotAllowedException(what);
        }
        Log.Runs(logger, name, what);
        return IsKept(policy) && !deed.IsLook ? await recorder.RunAsync(user, deed.Connection.Length > 0 ? deed : deed with { Connection = places.Connection }, command) : await command();
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(string policy, Deed deed, Func<Task> command) => RunAsync(policy, deed, async () =>
    {
        await command();
        return true;
    });

    /// <summary>Who may only look and try out changes nothing of what is deployed: the ledger is not for each request to an endpoint.</summary>
    private static bool IsKept(string policy) => policy is not (Policies.View or Policies.Invoke);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Refused: {User} may not {What} (policy {Policy})")]
        public static partial void Refused(ILogger logger, string user, string what, string policy);

        [LoggerMessage(Level = LogLevel.Information, Message = "{User}: {What}")]
        public static partial void Runs(ILogger logger, string user, string what);
    }
}

/// <summary>The person may not do this.</summary>
public sealed class NotAllowedException(string what) : Exception($"Your role does not allow you to {what}.");
