using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Connections;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Data;

/// <summary>Makes the roles, and in embedded mode one person for each. The people have no password: they sign in by link.</summary>
internal sealed class PeopleSeeder(UserManager<PortalUser> users, RoleManager<IdentityRole> roles, IOptions<CloudOptions> cloud)
{
    /// <summary>User name and role of the seeded people, in the order in which they are shown.</summary>
    public static readonly IReadOnlyList<(string UserName, string Role)> People =
        [("scientist", Roles.Scientist), ("approver", Roles.Approver), ("viewer", Roles.Viewer), ("admin", Roles.Admin)];

    public async Task SeedAsync()
    {
        foreach (var role in Roles.All)
        {
            if (!await roles.RoleExistsAsync(role))
                Check(await roles.CreateAsync(new IdentityRole(role)));
        }
        if (cloud.Value.Mode != CloudMode.Embedded)
            return;
        foreach (var (name, role) in People)
        {
            if (await users.FindByNameAsync(name) is not null)
                continue;
            var person = new PortalUser { UserName = name, DisplayName = Roles.Label(role), IsSeeded = true };
            Check(await users.CreateAsync(person));
            Check(await users.AddToRoleAsync(person, role));
        }
    }

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new InvalidOperationException(string.Join(" ", result.Errors.Select(error => error.Description)));
    }
}
