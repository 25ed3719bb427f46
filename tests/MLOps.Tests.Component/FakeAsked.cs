using System.Security.Claims;
using MLOps.Cloud.Approvals;
using MLOps.Portal.Shared.Security;

namespace MLOps.Tests.Component;

/// <summary>Approvals ask nobody until a test says otherwise.</summary>
public sealed class FakeAsked : IAskedPeople
{
    public Func<PendingApproval, bool> Asks { get; set; } = _ => false;

    public Task<bool> AsksAsync(PendingApproval approval, ClaimsPrincipal person, CancellationToken cancelled = default) => Task.FromResult(Asks(approval));
}
