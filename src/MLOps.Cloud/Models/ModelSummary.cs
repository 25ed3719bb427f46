using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Models;

/// <summary>A model: an image with the artifact of a training job. Inventory order: newest first.</summary>
public sealed record ModelSummary(string Connection, string Name, DateTimeOffset Created)
{
    public string Arn { get; init; } = "";

    public string Image { get; init; } = "";

    /// <summary>The S3 URI of <c>model.tar.gz</c>.</summary>
    public string ModelDataUrl { get; init; } = "";

    public string RoleArn { get; init; } = "";

    public ValueList<Setting> Environment { get; init; } = [];

    /// <summary>The training job whose artifact it holds, read from the artifact's URI; empty where it is not of that form.</summary>
    public string TrainingJob { get; init; } = "";
}

/// <summary>Which models the cloud itself shall list, beyond those that the inventory holds.</summary>
public sealed record ModelQuery
{
    /// <summary>A part of the name; any where empty.</summary>
    public string NameContains { get; init; } = "";

    /// <summary>By name; else by when they were made.</summary>
    public bool ByName { get; init; }

    public bool Descending { get; init; } = true;
}

/// <summary>Reads models on demand.</summary>
public interface IModelReader
{
    /// <summary>How many models the inventory holds: the newest.</summary>
    const int Held = 200;

    /// <summary>Asks the cloud for a page of models: of each its name, its ARN and when it was made, no more.</summary>
    /// <param name="size">At most 100.</param>
    Task<Page<ModelSummary>> SearchAsync(string connection, ModelQuery query, int size, string? next, CancellationToken cancelled = default);

    /// <exception cref="CloudException">No such model, or the cloud cannot be reached or refuses.</exception>
    Task<ModelSummary> DetailAsync(string connection, string model, CancellationToken cancelled = default);
}
