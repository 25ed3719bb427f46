namespace MLOps.Portal.Features.Models;

/// <summary>The approval of a version in words.</summary>
internal static class Approvals
{
    public static string Word(string status) => status switch
    {
        "PendingManualApproval" => "Waits for approval",
        "" => "No approval needed",
        _ => status,
    };
}
