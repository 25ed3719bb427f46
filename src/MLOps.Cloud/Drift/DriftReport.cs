using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Drift;

/// <summary>How far traffic has moved from the training data.</summary>
public enum DriftLevel
{
    /// <summary>Too few requests to tell.</summary>
    Unknown,

    /// <summary>As in training.</summary>
    Stable,

    /// <summary>Moved: look at it.</summary>
    Shifted,

    /// <summary>Far from training: do not trust what was measured then.</summary>
    Drifted,
}

/// <summary>One feature, or the prediction, in training and in traffic.</summary>
/// <param name="Psi">The population stability index over <see cref="Bins"/>, less what chance gives with so few rows: below 0.1 is stable, 0.25 and more has drifted.</param>
/// <param name="Ks">The Kolmogorov–Smirnov distance, 0 to 1; null for categories.</param>
/// <param name="Bins">The shares of each bin, in order of the values.</param>
public sealed record FeatureDrift(string Name, DriftLevel Level, double Psi, double? Ks, ValueList<DriftBin> Bins)
{
    public int BaselineCount { get; init; }

    public int LiveCount { get; init; }

    /// <summary>The mean in training; null for categories.</summary>
    public double? BaselineMean { get; init; }

    /// <summary>The mean in traffic; null for categories.</summary>
    public double? LiveMean { get; init; }

    /// <summary>Values of traffic outside of all that training has seen.</summary>
    public int Outside { get; init; }
}

/// <summary>A bin of a distribution: what is in it, and its share (0 to 1) in training and in traffic.</summary>
public sealed record DriftBin(string Label, double Baseline, double Live);

/// <summary>The drift of an endpoint's inputs and predictions.</summary>
/// <param name="BaselineUri">The training data that it is measured against.</param>
public sealed record DriftReport(string BaselineUri, string TrainingJob, int Rows, DateTimeOffset? From, DateTimeOffset? To)
{
    public ValueList<FeatureDrift> Features { get; init; } = [];

    /// <summary>The prediction against the training data's target; null where answers cannot be read as labels or numbers.</summary>
    public FeatureDrift? Prediction { get; init; }

    /// <summary>Requests whose body was read as no row of the model's features.</summary>
    public int Unread { get; init; }
}

/// <summary>Measures drift. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface IDriftReader
{
    /// <summary>The fewest rows of traffic with which drift is told.</summary>
    const int FewestRows = 30;

    /// <summary>
    /// The drift of captured requests against the channel that a training job learned from.
    /// <see cref="CloudFaultKind.NotFound"/> where the job or its CSV data are gone.
    /// </summary>
    Task<DriftReport> ReadAsync(string connection, string trainingJob, IReadOnlyList<Capture.CapturedRequest> traffic, CancellationToken cancelled = default);
}
