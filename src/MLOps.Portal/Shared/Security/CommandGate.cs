using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;

namespace MLOps.Portal.Shared.Security;

/// <summary>
/// The way of every command of an interactive page: it asks again, on the server and at the moment of the click, whether
/// the person may, and leaves a line in the log either way.
/// </summary>
public sealed partial class CommandGate(AuthenticationStateProvider people, IAuthorizationService authorization, ILogger<CommandGate> logger)
{
    /// <summary>Runs <paramref name="command"/> when the policy allows it.</summary>
    /// <param name="what">For the log and the refusal: <c>start pipeline iris-model-pipeline</c>.</param>
    /// <exception cref="NotAllowedException">The person may not.</exception>
    public async Task<T> RunAsync<T>(string policy, string what, Func<Task<T>> command)
    {
        var user = (await people.GetAuthenticationStateAsync()).User;
        var name = user.Identity?.Name ?? "anonymous";
        if (!(await authorization.AuthorizeAsync(user, policy)).Succeeded)
        {
            Log.Refused(logger, name, what, policy);
            throw new NotAllowedException(what);
        }
        Log.Runs(logger, name, what);
        return await command();
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(string policy, string what, Func<Task> command) => RunAsync(policy, what, async () =>
    {
        await command();
        return true;
    });

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
