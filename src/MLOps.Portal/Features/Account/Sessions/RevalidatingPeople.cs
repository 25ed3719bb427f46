using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace MLOps.Portal.Features.Account.Sessions;

/// <summary>Ends the rights of an open page as soon as its session no longer holds.</summary>
internal sealed class RevalidatingPeople(ILoggerFactory loggers, PersonWatch watch) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => PersonWatch.Pace;

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        await watch.IsCurrentAsync(authenticationState.User, cancellationToken);
}
