using MLOps.Cloud.Values;

namespace MLOps.Cloud.Tuning;

/// <summary>A hyperparameter tuning job. Inventory order: newest first.</summary>
/// <param name="Status"><c>InProgress</c>, <c>Completed</c>, <c>Failed</c>, <c>Stopping</c> or <c>Stopped</c>.</param>
public sealed record TuningJobSummary(string Connection, string Name, string Status)
{
    public string Arn { get; init; } = "";

    /// <summary><c>Bayesian</c>, <c>Random</c>, <c>Grid</c> or <c>Hyperband</c>.</summary>
    public string Strategy { get; init; } = "";

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset? Modified { get; init; }

    public DateTimeOffset? Ended { get; init; }

    public TuningCounts Jobs { get; init; } = new(0, 0, 0, 0);

    /// <summary>How many training jobs it may launch; 0 where it says none.</summary>
    public int MostJobs { get; init; }

    public int Parallel { get; init; }
}

/// <summary>How many training jobs of a tuning job are where.</summary>
public sealed record TuningCounts(int Running, int Completed, int Failed, int Stopped)
{
    public int All => Running + Completed + Failed + Stopped;
}

/// <summary>A tuning job in depth, with its training jobs in the order of their creation.</summary>
public sealed record TuningJobDetail(TuningJobSummary Job)
{
    /// <summary>The metric that is to become greatest or least.</summary>
    public string Metric { get; init; } = "";

    public bool Maximize { get; init; }

    public string EarlyStopping { get; init; } = "";

    public string FailureReason { get; init; } = "";

    /// <summary>The best training job so far; empty before the first.</summary>
    public string BestJob { get; init; } = "";

    public ValueList<TuningRange> Ranges { get; init; } = [];

    /// <summary>Hyperparameters that are the same for all.</summary>
    public ValueList<Setting> Static { get; init; } = [];

    public ValueList<TuningTrial> Trials { get; init; } = [];

    public ValueList<ResourceTag> Tags { get; init; } = [];

    /// <summary>What it was asked; null where it has several definitions of training jobs, which no draft can say.</summary>
    public TuningDraft? Request { get; init; }

    /// <summary>Whether a value of the metric is better than another.</summary>
    public bool IsBetter(double one, double other) => Maximize ? one > other : one < other;
}

/// <summary>One training job of a tuning job.</summary>
/// <param name="Value">What it made of the metric; null while not known.</param>
public sealed record TuningTrial(string Job, string Status, double? Value)
{
    public DateTimeOffset Created { get; init; }

    public DateTimeOffset? Ended { get; init; }

    /// <summary>The hyperparameters that were chosen for it.</summary>
    public ValueList<Setting> Values { get; init; } = [];

    public string FailureReason { get; init; } = "";
}

/// <summary>What a hyperparameter may be.</summary>
/// <param name="Kind"><c>Integer</c>, <c>Continuous</c> or <c>Categorical</c>.</param>
public sealed record TuningRange(string Name, string Kind)
{
    public string Low { get; init; } = "";

    public string High { get; init; } = "";

    /// <summary><c>Auto</c>, <c>Linear</c>, <c>Logarithmic</c> or <c>ReverseLogarithmic</c>; of numbers alone.</summary>
    public string Scaling { get; init; } = "Auto";

    /// <summary>The words of a categorical range.</summary>
    public ValueList<string> Values { get; init; } = [];
}
