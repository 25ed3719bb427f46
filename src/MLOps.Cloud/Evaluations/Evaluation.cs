using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Evaluations;

/// <summary>A processing job that asks a trained model about rows whose labels are known.</summary>
/// <param name="Status">Of the processing job: <c>InProgress</c>, <c>Completed</c>, <c>Failed</c>, <c>Stopping</c> or <c>Stopped</c>.</param>
public sealed record Evaluation(string Name, string Status)
{
    public DateTimeOffset Created { get; init; }

    public DateTimeOffset? Ended { get; init; }

    /// <summary>What went wrong, in the program's own words where it said any.</summary>
    public string FailureReason { get; init; } = "";

    public string Image { get; init; } = "";

    /// <summary>The data that was asked about.</summary>
    public string Data { get; init; } = "";

    /// <summary>The result's place in S3.</summary>
    public string Output { get; init; } = "";

    public int Rows { get; init; }

    /// <summary>One for each algorithm of the model; empty until the job has completed.</summary>
    public ValueList<ConfusionMatrix> Matrices { get; init; } = [];
}

/// <summary>How often each true class was taken for which.</summary>
/// <param name="Counts">A row for each true class, a column for each predicted one.</param>
public sealed record ConfusionMatrix(string Algorithm, ValueList<string> Classes, ValueList<ValueList<int>> Counts, ValueList<MetricValue> Metrics)
{
    /// <summary>Of what was predicted as a class, the share that was right; null where it was never predicted.</summary>
    public double? Precision(int index) => Share(Counts[index][index], Counts.Sum(row => row[index]));

    /// <summary>Of what is of a class, the share that was found; null where there is none.</summary>
    public double? Recall(int index) => Share(Counts[index][index], Counts[index].Sum());

    private static double? Share(int part, int whole) => whole == 0 ? null : (double)part / whole;
}

/// <summary>Evaluates trained models. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface IEvaluations
{
    /// <summary>The newest evaluation of a training job's model, or null.</summary>
    Task<Evaluation?> LatestAsync(string connection, string trainingJob, CancellationToken cancelled = default);

    /// <summary>Starts one over the training job's validation channel (else its test channel); answers its name.</summary>
    /// <exception cref="CloudException"><see cref="CloudFaultKind.Invalid"/>: the job has no model or no such channel.</exception>
    Task<string> StartAsync(string connection, string trainingJob, CancellationToken cancelled = default);
}
