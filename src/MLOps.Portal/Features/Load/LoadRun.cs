using System.Text.Json;
using MLOps.LoadGenerator;

namespace MLOps.Portal.Features.Load;

/// <summary>What has become of a run.</summary>
public enum LoadRunState
{
    Running,
    Done,
    Cancelled,

    /// <summary>The time that a run may take was over.</summary>
    TimedOut,
    Failed,

    /// <summary>The portal that ran it has ended.</summary>
    Lost,
}

/// <summary>A run of load as it is kept.</summary>
public sealed class LoadRun
{
    public required string Id { get; set; }

    public required string Connection { get; set; }

    public required string Endpoint { get; set; }

    public string Variant { get; set; } = "";

    public string ContentType { get; set; } = "";

    public string Accept { get; set; } = "";

    public string CustomAttributes { get; set; } = "";

    /// <summary>The beginning of the body that was sent.</summary>
    public string BodyStart { get; set; } = "";

    public required int Concurrency { get; set; }

    public required int Requests { get; set; }

    public required string StartedBy { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public LoadRunState State { get; set; }

    /// <summary>Connection and endpoint while it runs, else null: the database lets no two runs have the same.</summary>
    public string? ActiveKey { get; set; }

    /// <summary>When its portal was last heard of while it runs.</summary>
    public DateTimeOffset Heartbeat { get; set; }

    /// <summary>Why it failed, or what the first error said.</summary>
    public string Message { get; set; } = "";

    /// <summary>Its figures as JSON: see <see cref="LoadFigures"/>.</summary>
    public string Figures { get; set; } = "{}";

    internal LoadFigures ReadFigures() => JsonSerializer.Deserialize<LoadFigures>(Figures, LoadEvent.Json) ?? new();
}

/// <summary>A moment of a run with what scaling did.</summary>
/// <param name="Instances">How many instances took requests.</param>
public sealed record LoadPoint(double Seconds, int Concurrency, double PerSecond, int Errors, Latency Latency, int Instances);

/// <summary>A step of a run with the instances that took its requests, on average.</summary>
public sealed record MeasuredStep(int Concurrency, int Requests, int Errors, double Seconds, Latency Latency, double Instances)
{
    /// <summary>Good answers a second.</summary>
    public double PerSecond => Seconds <= 0 ? 0 : (Requests - Errors) / Seconds;

    public double ErrorShare => Requests == 0 ? 0 : (double)Errors / Requests;
}

/// <summary>The figures of a run.</summary>
public sealed record LoadFigures
{
    /// <summary>The most points that are kept; longer runs are thinned.</summary>
    public const int MostPoints = 400;

    public IReadOnlyList<LoadPoint> Points { get; init; } = [];

    public IReadOnlyList<MeasuredStep> Steps { get; init; } = [];

    public int Done { get; init; }

    public int Errors { get; init; }

    public double Seconds { get; init; }

    public Latency Latency { get; init; } = new(0, 0, 0, 0);

    public IReadOnlyDictionary<string, int> Kinds { get; init; } = new Dictionary<string, int>();

    /// <summary>The target of the scaling policy when the run ended, invocations an instance and minute; null where there was none.</summary>
    public double? CurrentTarget { get; init; }

    /// <summary>Answers a second over the whole run.</summary>
    public double PerSecond => Seconds <= 0 ? 0 : Done / Seconds;
}
