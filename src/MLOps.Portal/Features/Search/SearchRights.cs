using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Search;

/// <summary>What of the findable a person may begin; the pages themselves ask again.</summary>
public sealed class SearchRights(IReadOnlySet<string> granted)
{
    private static readonly string[] Asked = [Policies.View, Policies.Invoke, Policies.Operate, Policies.Decide, Policies.Administer];

    public bool Allows(SearchEntry entry) => entry.Policy.Length == 0 || granted.Contains(entry.Policy);

    public static async Task<SearchRights> OfAsync(ClaimsPrincipal person, IAuthorizationService authorization)
    {
        var granted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var policy in Asked)
        {
            if ((await authorization.AuthorizeAsync(person, policy)).Succeeded)
                granted.Add(policy);
        }
        return new SearchRights(granted);
    }
}
