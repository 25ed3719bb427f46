using MLOps.Cloud.Telemetry;

namespace MLOps.Portal.Shared.Logs;

/// <summary>The last lines of a log. It holds at most <see cref="Capacity"/>: the oldest make room.</summary>
public sealed class LogBuffer(int capacity = LogBuffer.DefaultCapacity)
{
    public const int DefaultCapacity = 20_000;

    private readonly List<LogLine> lines = new(256);

    public int Capacity { get; } = capacity;

    public IReadOnlyList<LogLine> Lines => lines;

    /// <summary>How many lines had to make room.</summary>
    public long Dropped { get; private set; }

    public void Add(IReadOnlyCollection<LogLine> added)
    {
        lines.AddRange(added);
        var over = lines.Count - Capacity;
        if (over <= 0)
            return;
        // A tenth more at once, so that a full buffer does not move all its lines for every new one.
        var drop = Math.Min(lines.Count, over + Capacity / 10);
        lines.RemoveRange(0, drop);
        Dropped += drop;
    }

    public void Clear()
    {
        lines.Clear();
        Dropped = 0;
    }
}
