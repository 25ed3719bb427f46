namespace MLOps.Portal.Features.Approvals.Gates;

/// <summary>The section <c>Gates</c>: the rules by which approvals are decided. Validated at start; all faults are reported at once.</summary>
public sealed class GatesOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "Gates";

    /// <summary>The gate of every approval that has none of its own; what it sets, the others inherit.</summary>
    public GateOptions Default { get; set; } = new();

    /// <summary>
    /// Gates by what they are for: a pipeline (<c>iris-model-pipeline</c>), one approval of it (<c>iris-model-pipeline/ApproveDeploy</c>), or a
    /// pattern with <c>*</c>. The longest name that fits counts.
    /// </summary>
    public IDictionary<string, GateOptions> Pipelines { get; } = new Dictionary<string, GateOptions>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>One gate as configured. What is not set is inherited.</summary>
public sealed class GateOptions
{
    /// <summary>Who may approve. A person needs to be named by one of the three lists.</summary>
    public ApproverOptions? Approvers { get; set; }

    /// <summary>How many different people must approve; 1 where nothing sets it.</summary>
    public int? Votes { get; set; }

    /// <summary>Whether those who asked may not approve; true where nothing sets it.</summary>
    public bool? ExcludeRequester { get; set; }

    /// <summary>Whether approving asks for a sign-in that is not old.</summary>
    public StepUpOptions? StepUp { get; set; }

    /// <summary>What must hold, such as <c>accuracy &gt;= production - 0.01</c>.</summary>
    public IList<string>? Rules { get; set; }

    /// <summary>The saved cases that candidate and production are asked.</summary>
    public CaseOptions? Cases { get; set; }

    /// <summary>Times in which nothing is approved.</summary>
    public IList<FreezeOptions>? Freeze { get; set; }
}

/// <summary>Who may approve.</summary>
public sealed class ApproverOptions
{
    /// <summary>Roles of the portal: <c>approver</c>, <c>admin</c>…</summary>
    public IList<string> Roles { get; } = [];

    /// <summary>Groups as the identity provider names them.</summary>
    public IList<string> Groups { get; } = [];

    /// <summary>User names or e-mail addresses.</summary>
    public IList<string> People { get; } = [];
}

/// <summary>A sign-in that is not old.</summary>
public sealed class StepUpOptions
{
    /// <summary>How many minutes ago the person may have signed in; 0 asks for none.</summary>
    public int Minutes { get; set; }

    /// <summary>Whether a person who has a passkey must have used it.</summary>
    public bool Passkey { get; set; }
}

/// <summary>Where saved cases come from, and how they are compared.</summary>
public sealed class CaseOptions
{
    /// <summary>
    /// <c>upload:validation/cases.csv</c> for a file in the upload, <c>s3://bucket/key</c> for an object, <c>playground</c> for the cases that people
    /// saved for the candidate's endpoints, <c>playground:ENDPOINT</c> for those of one, <c>none</c> for no cases. Where nothing sets it,
    /// <c>upload:validation/cases.csv</c> is used when the upload holds it, else what is saved in the playground.
    /// </summary>
    public string? Source { get; set; }

    /// <summary>At most how many cases are asked; 200 where nothing sets it.</summary>
    public int? Most { get; set; }

    /// <summary>How far two numbers may be apart and count as the same; 0 where nothing sets it.</summary>
    public double? Tolerance { get; set; }
}

/// <summary>A time in which nothing is approved: every week (<see cref="Days"/>, times of day), or once (dates with times).</summary>
public sealed class FreezeOptions
{
    /// <summary>Days of the week: <c>Fri</c>, <c>Saturday</c>… Empty for a freeze that happens once.</summary>
    public IList<string> Days { get; } = [];

    /// <summary>With days: <c>18:00</c>, or midnight where empty. Else the date and time: <c>2026-12-20T18:00</c>.</summary>
    public string From { get; set; } = "";

    /// <summary>With days: <c>08:00</c>; not after <see cref="From"/> means the next day; the end of the day where empty. Else the date and time.</summary>
    public string To { get; set; } = "";

    /// <summary>An IANA name such as <c>Europe/Berlin</c>.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>Why, for people.</summary>
    public string Reason { get; set; } = "";
}
