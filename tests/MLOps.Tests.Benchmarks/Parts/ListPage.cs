namespace MLOps.Tests.Benchmarks.Parts;

/// <summary>A list of the portal, and what is done to it.</summary>
/// <param name="Path">Its address, without filter or order.</param>
/// <param name="Link">The address of the link in the navigation that opens it.</param>
/// <param name="Filter">What is typed into its filter; names in the list that hold it are left.</param>
/// <param name="Sort">The head that is clicked; empty where the list has none.</param>
internal sealed record ListPage(string Title, string Path, string Link, string Filter, string Sort)
{
    public static IReadOnlyList<ListPage> All(Seeding.Amounts amounts) =>
    [
        new($"Training jobs ({amounts.Jobs:#,0})", "/training", "/training", "fraud-model-00", "name"),
        new($"Endpoints ({amounts.Endpoints:#,0})", "/endpoints", "/endpoints", "fraud-0", "changed"),
        new($"Pipelines ({amounts.Pipelines:#,0})", "/pipelines", "/pipelines", "team-04", "status"),
        new($"Deployable models (the newest 200 of {amounts.Models:#,0})", "/models?tab=models", "/models", "pricing-model-09", "name"),
    ];
}
