using System.Collections.Concurrent;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Training;

/// <summary>The course of one metric of each training job that somebody watches, value by value, as its log tells it.</summary>
internal sealed class JobObservations
{
    // A program that logs without end must not fill the memory; nobody looks at more steps than these.
    private const int MostValues = 10_000;

    private readonly ConcurrentDictionary<(Scope Scope, string Job), Watch> watched = new();

    /// <summary>Watches a job's metric from now on; <paramref name="heard"/> is called for each value, quickly and without throwing.</summary>
    public void Begin(Scope scope, string job, string metric, Action heard) => watched.TryAdd((scope, job), new Watch(metric, heard));

    /// <summary>Forgets a job.</summary>
    public void End(Scope scope, string job) => watched.TryRemove((scope, job), out _);

    /// <summary>The values so far; none of a job that is not watched.</summary>
    public IReadOnlyList<double> Course(Scope scope, string job) =>
        watched.TryGetValue((scope, job), out var watch) ? watch.Values : [];

    /// <summary>Takes a value that a job logged.</summary>
    public void Record(Scope scope, string job, string metric, double value)
    {
        if (watched.TryGetValue((scope, job), out var watch) && watch.Metric == metric && watch.Add(value))
            watch.Heard();
    }

    private sealed class Watch(string metric, Action heard)
    {
        private readonly List<double> values = [];

        public string Metric => metric;

        public Action Heard => heard;

        public double[] Values
        {
            get
            {
                lock (values)
                    return [.. values];
            }
        }

        public bool Add(double value)
        {
            lock (values)
            {
                if (values.Count >= MostValues)
                    return false;
                values.Add(value);
                return true;
            }
        }
    }
}
