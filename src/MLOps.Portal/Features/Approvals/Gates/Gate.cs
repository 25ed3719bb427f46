using MLOps.Cloud.Values;

namespace MLOps.Portal.Features.Approvals.Gates;

/// <summary>The rules of one approval, with everything inherited filled in.</summary>
/// <param name="Name">The configuration's name of it: <c>default</c>, or what it is for.</param>
public sealed record Gate(string Name)
{
    /// <summary>The file of cases that is used where nothing names another.</summary>
    public const string UsualCases = "upload:validation/cases.csv";

    /// <summary>Where cases come from when nothing names a place and the upload holds none.</summary>
    public const string OtherCases = "playground";

    public ValueList<string> Roles { get; init; } = [Shared.Security.Roles.Approver, Shared.Security.Roles.Admin];

    public ValueList<string> Groups { get; init; } = [];

    public ValueList<string> People { get; init; } = [];

    /// <summary>How many different people must approve.</summary>
    public int Votes { get; init; } = 1;

    public bool ExcludeRequester { get; init; } = true;

    /// <summary>How old a sign-in may be; null where it does not matter.</summary>
    public TimeSpan? FreshSignIn { get; init; }

    /// <summary>Whether a person who has a passkey must have used it.</summary>
    public bool Passkey { get; init; }

    public ValueList<GateRule> Rules { get; init; } = [];

    /// <summary>Where cases come from; empty for the usual file where it is there; <c>none</c> for no cases.</summary>
    public string Cases { get; init; } = "";

    public int MostCases { get; init; } = 200;

    public double Tolerance { get; init; }

    public ValueList<FreezeWindow> Freeze { get; init; } = [];

    /// <summary>Who may approve, in words.</summary>
    public string Approvers => string.Join(", ",
        [.. Roles.Select(r => Shared.Security.Roles.Label(r).ToLowerInvariant() + "s"), .. Groups.Select(g => $"group {g}"), .. People]);
}
