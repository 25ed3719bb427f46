using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using MLOps.Portal.Data;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account.Sessions;

/// <summary>Sets the roles and groups of an account.</summary>
internal sealed class PersonRights(UserManager<PortalUser> users)
{
    /// <summary>Makes the account's roles and groups these, and no others. Says whether that changed anything.</summary>
    public async Task<bool> SetAsync(PortalUser person, IReadOnlyCollection<string> roles, IReadOnlyCollection<string> groups)
    {
        var hadRoles = await users.GetRolesAsync(person);
        var hadGroups = (await users.GetClaimsAsync(person)).Where(c => c.Type == Person.GroupClaim).ToList();
        var (lostRoles, newRoles) = (hadRoles.Except(roles).ToList(), roles.Except(hadRoles).ToList());
        var lostGroups = hadGroups.Where(g => !groups.Contains(g.Value)).ToList();
        var newGroups = groups.Except(hadGroups.Select(g => g.Value)).Select(g => new Claim(Person.GroupClaim, g)).ToList();
        if (lostRoles.Count + newRoles.Count + lostGroups.Count + newGroups.Count == 0)
            return false;
        await users.RemoveFromRolesAsync(person, lostRoles);
        await users.AddToRolesAsync(person, newRoles);
        await users.RemoveClaimsAsync(person, lostGroups);
        await users.AddClaimsAsync(person, newGroups);
        return true;
    }
}
