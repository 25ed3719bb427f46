namespace MLOps.Portal.Features.Search;

/// <summary>What can be found, in the order in which kinds of the same worth are listed.</summary>
public enum FoundKind
{
    Page,
    Action,
    Approval,
    Pipeline,
    Endpoint,
    ModelVersion,
    Model,
    Execution,
    TrainingJob,
    TuningJob,
    TransformJob,
}

/// <summary>Something that can be found and opened.</summary>
/// <param name="Connection">The connection that it is in; empty for pages and actions, which are in each.</param>
/// <param name="Key">Names it among those of its kind and connection.</param>
/// <param name="Title">What it is found by, and shown as.</param>
public sealed record SearchEntry(FoundKind Kind, string Connection, string Key, string Title, string Href)
{
    /// <summary>What else is worth knowing of it.</summary>
    public string Detail { get; init; } = "";

    public string Status { get; init; } = "";

    /// <summary>When it last changed: of what fits equally well, the newest comes first.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The policy that a person needs for it; empty where everybody may.</summary>
    public string Policy { get; init; } = "";
}

/// <summary>How well something fits, the best first.</summary>
public enum Fit
{
    Exact,
    Prefix,
    Word,
    Inside,
    Initials,
}

/// <summary>What was found, and how well it fits.</summary>
public sealed record Found(SearchEntry Entry, Fit Fit);
