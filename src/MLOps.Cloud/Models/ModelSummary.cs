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

/// <summary>Reads models on demand.</summary>
public interface IModelReader
{
    /// <exception cref="CloudException">No such model, or the cloud cannot be reached or refuses.</exception>
    Task<ModelSummary> DetailAsync(string connection, string model, CancellationToken cancelled = default);
}
