namespace MLOps.Cloud.Training;

/// <summary>Which training jobs the cloud itself shall list, beyond those that the inventory holds.</summary>
public sealed record TrainingJobQuery
{
    /// <summary>A part of the name; any where empty.</summary>
    public string NameContains { get; init; } = "";

    /// <summary>The word of the service, such as <c>Failed</c>; any where empty.</summary>
    public string Status { get; init; } = "";

    public DateTimeOffset? CreatedAfter { get; init; }

    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary><c>created</c>, <c>name</c> or <c>status</c>.</summary>
    public string SortBy { get; init; } = "created";

    public bool Descending { get; init; } = true;
}
