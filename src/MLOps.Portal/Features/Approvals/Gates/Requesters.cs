using System.Security.Claims;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Security;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Approvals.Gates;

/// <summary>Those who asked for a candidate: who made the upload, and who started the run.</summary>
/// <param name="Names">As the cloud names them: ARNs, user names, e-mail addresses.</param>
public sealed record Requesters(ValueList<string> Names)
{
    /// <summary>Those that the evidence names.</summary>
    public static Requesters Of(SignOffEvidence evidence) =>
        new(new[] { evidence.RequestedBy, evidence.StartedBy }.Where(n => n.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).ToValueList());

    /// <summary>The names as people say them.</summary>
    public string Words => string.Join(" and ", Names.Select(Shared.Text.Words.Tail).Distinct(StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// Whether the person is one of them: by user name, e-mail address or id. Of an ARN its last part counts, which is the user's name or,
    /// with a role, the session's: single sign-on puts the e-mail address there.
    /// </summary>
    public bool Include(ClaimsPrincipal person)
    {
        var names = new[] { person.Identity?.Name, person.FindFirstValue(ClaimTypes.Email), person.FindFirstValue("email"), person.Id() }.Where(n => !string.IsNullOrEmpty(n));
        return names.Any(mine => Names.Any(n => string.Equals(n, mine, StringComparison.OrdinalIgnoreCase)
            || string.Equals(Shared.Text.Words.Tail(n), mine, StringComparison.OrdinalIgnoreCase)));
    }
}
