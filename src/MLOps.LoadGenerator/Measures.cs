using HdrHistogram;

namespace MLOps.LoadGenerator;

/// <summary>Latencies and errors of a time; safe for many threads. What it holds does not grow with the number of requests.</summary>
internal sealed class Measures
{
    private const int MostKinds = 20;
    private const int LongestError = 1000;

    /// <summary>Microseconds up to two minutes, to three digits.</summary>
    private const long Longest = 120_000_000;

    private readonly LongHistogram latencies = new(Longest, 3);
    private readonly Dictionary<string, int> kinds = [];
    private readonly Lock gate = new();
    private string firstError = "";
    private int errors;

    public void Answered(TimeSpan took)
    {
        lock (gate)
            latencies.RecordValue(Math.Clamp((long)took.TotalMicroseconds, 1, Longest));
    }

    /// <summary>An error has a latency too: a model that refuses quickly is no fast model, but a slow one is felt.</summary>
    public void Failed(TimeSpan took, string kind, string message)
    {
        lock (gate)
        {
            latencies.RecordValue(Math.Clamp((long)took.TotalMicroseconds, 1, Longest));
            errors++;
            if (firstError.Length == 0)
                firstError = message.Length > LongestError ? message[..LongestError] : message;
            kind = kinds.ContainsKey(kind) || kinds.Count < MostKinds ? kind : "other";
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        }
    }

    public (int Done, int Errors, Latency Latency) Read()
    {
        lock (gate)
            return ((int)latencies.TotalCount, errors, Latency());
    }

    /// <summary>What was measured since the last time, and begins anew.</summary>
    public (int Done, int Errors, Latency Latency) Take()
    {
        lock (gate)
        {
            var taken = ((int)latencies.TotalCount, errors, Latency());
            latencies.Reset();
            errors = 0;
            return taken;
        }
    }

    public (IReadOnlyDictionary<string, int> Kinds, string FirstError) Errors()
    {
        lock (gate)
            return (new Dictionary<string, int>(kinds), firstError);
    }

    private Latency Latency() => latencies.TotalCount == 0
        ? new(0, 0, 0, 0)
        : new(At(50), At(90), At(99), latencies.GetMaxValue() / 1000.0);

    private double At(double percentile) => latencies.GetValueAtPercentile(percentile) / 1000.0;
}
