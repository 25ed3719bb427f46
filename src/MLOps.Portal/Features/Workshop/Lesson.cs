using MLOps.Portal.Shared.Clouds;

namespace MLOps.Portal.Features.Workshop;

/// <summary>The six phases of CRISP-DM, which go round.</summary>
public enum Phase
{
    BusinessUnderstanding,
    DataUnderstanding,
    DataPreparation,
    Modeling,
    Evaluation,
    Deployment,
}

/// <summary>A step of the workshop.</summary>
/// <param name="Id">Stands in addresses: <c>/workshop#train</c>.</param>
/// <param name="What">What to do, in a sentence.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="Done">What the cloud shows when it has been done; null while it does not. Never a stored tick.</param>
/// <param name="Page">The portal's page that does it.</param>
public sealed record Lesson(
    string Id, Phase Phase, string Title, string What, string Why, Func<WorkshopFacts, string?> Done, Func<Places, string> Page, string PageTitle, string Cli, string Boto3)
{
    /// <summary>Opens the portal's form, filled in with what is there; null where there is no form, or nothing to fill it with yet.</summary>
    public Func<Places, WorkshopFacts, string?> Form { get; init; } = (_, _) => null;

    public string FormTitle { get; init; } = "";
}

/// <summary>A part of the workshop.</summary>
public sealed record Part(string Title, string About, IReadOnlyList<Lesson> Lessons);
