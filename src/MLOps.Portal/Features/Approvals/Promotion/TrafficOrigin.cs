namespace MLOps.Portal.Features.Approvals.Promotion;

/// <summary>Where a variant's model comes from, as the live part of the page is told.</summary>
/// <param name="IsChallenger">Whether it asks to replace the others.</param>
/// <param name="SignOff">The address of its sign-off; empty where there is none.</param>
public sealed record TrafficOrigin(string Variant, string TrainingJob, string ExecutionId, bool IsChallenger, string SignOff);
