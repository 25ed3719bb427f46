using MLOps.Portal.Shared.Clouds;

namespace MLOps.Portal.Shared.Security;

/// <summary>What people may do. Every page, form and command names one; what names none needs a signed-in person with a role.</summary>
public static class Policies
{
    /// <summary>What concerns the signed-in person alone, whatever their role.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>Look at everything: every role.</summary>
    public const string View = "view";

    /// <summary>Send requests to endpoints: every role but the viewer.</summary>
    public const string Invoke = "invoke";

    /// <summary>Start, stop and retry pipelines, stop training jobs: scientist and administrator.</summary>
    public const string Operate = "operate";

    /// <summary>Answer approvals: approver and administrator.</summary>
    public const string Decide = "decide";

    /// <summary>Accounts and the portal itself: administrator.</summary>
    public const string Administer = "administer";

    /// <summary>
    /// What changing what serves there by hand takes. Production changes by sign-off and by its page of traffic; around these
    /// two goes only an administrator, and the ledger tells of it.
    /// </summary>
    public static string ByHand(Surroundings where) => where == Surroundings.Production ? Administer : Operate;
}
