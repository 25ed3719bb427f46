using System.Security.Claims;
using MLOps.Cloud.Approvals;

namespace MLOps.Portal.Shared.Security;

/// <summary>Says whom an approval that waits asks.</summary>
public interface IAskedPeople
{
    /// <summary>
    /// Whether the person's answer is wanted: the gate names the person, who neither asked for the candidate, where that keeps people out,
    /// nor has voted for it. It asks no cloud: who asked for the candidate is known as soon as its evidence was read.
    /// </summary>
    Task<bool> AsksAsync(PendingApproval approval, ClaimsPrincipal person, CancellationToken cancelled = default);
}
