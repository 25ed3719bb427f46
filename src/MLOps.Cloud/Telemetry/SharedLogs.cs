using System.Runtime.CompilerServices;

namespace MLOps.Cloud.Telemetry;

/// <summary>
/// Follows logs for any number of readers: one follower a log, however many read it. Who comes later has the last lines at once;
/// when the last one has gone, the follower ends.
/// </summary>
/// <param name="open">Opens a log: the lines in batches, as they are found, until it is cancelled or the log has ended.</param>
internal sealed class SharedLogs(Func<SharedLogs.Wanted, CancellationToken, IAsyncEnumerable<IReadOnlyList<LogLine>>> open)
{
    /// <summary>How many lines are kept for those who come later; as many as a page shows.</summary>
    internal const int MostKept = 20_000;

    private readonly Dictionary<(string Connection, LogSource Source), Follower> followers = [];

    /// <summary>A log from a time on; the beginning where null.</summary>
    /// <param name="IsOver">Says when nothing more will come; null where it never does.</param>
    internal sealed record Wanted(string Connection, LogSource Source, DateTimeOffset? From, Func<CancellationToken, Task<bool>>? IsOver);

    /// <summary>How many logs are followed now.</summary>
    public int Count
    {
        get
        {
            lock (followers)
                return followers.Count;
        }
    }

    public async IAsyncEnumerable<LogLine> FollowAsync(Wanted wanted, [EnumeratorCancellation] CancellationToken cancelled = default)
    {
        var follower = Enter(wanted);
        try
        {
            for (var node = follower.First; ; node = node.Next!)
            {
                foreach (var line in node.Lines)
                    if (wanted.From is not { } from || line.At >= from)
                        yield return line;
                await node.Followed.Task.WaitAsync(cancelled);
                if (node.Next is null)
                    yield break;
            }
        }
        finally
        {
            Leave(wanted, follower);
        }
    }

    private Follower Enter(Wanted wanted)
    {
        lock (followers)
        {
            var key = (wanted.Connection, wanted.Source);
            // One that began later lacks lines, and one that failed stays failed.
            if (!followers.TryGetValue(key, out var follower) || follower.HasFailed || follower.From is { } begun && (wanted.From is null || wanted.From < begun))
            {
                followers[key] = follower = new Follower(wanted.From);
                var mine = follower;
                _ = Task.Run(() => RunAsync(wanted, mine));
            }
            follower.Readers++;
            return follower;
        }
    }

    private void Leave(Wanted wanted, Follower follower)
    {
        lock (followers)
        {
            if (--follower.Readers > 0)
                return;
            var key = (wanted.Connection, wanted.Source);
            if (followers.GetValueOrDefault(key) == follower)
                followers.Remove(key);
        }
        follower.Abandoned.Cancel();
    }

    private async Task RunAsync(Wanted wanted, Follower follower)
    {
        try
        {
            await foreach (var batch in open(wanted, follower.Abandoned.Token))
                follower.Add(batch);
            follower.End(null);
        }
        catch (Exception e)
        {
            // Whatever it is, those who read get it; nobody does where all have gone.
            follower.End(e);
        }
    }

    private sealed class Follower(DateTimeOffset? from)
    {
        private readonly Lock gate = new();
        private Node last = new([]);
        private Node? first;
        private int kept;

        public DateTimeOffset? From { get; } = from;

        public CancellationTokenSource Abandoned { get; } = new();

        public int Readers { get; set; }

        public bool HasFailed { get; private set; }

        /// <summary>The oldest batch that is kept.</summary>
        public Node First
        {
            get
            {
                lock (gate)
                    return first ??= last;
            }
        }

        public void Add(IReadOnlyList<LogLine> lines)
        {
            Node before;
            lock (gate)
            {
                first ??= last;
                before = last;
                last = before.Next = new Node(lines);
                kept += lines.Count;
                while (kept > MostKept && first != last)
                {
                    kept -= first.Lines.Count;
                    first = first.Next!;
                }
            }
            before.Followed.TrySetResult();
        }

        public void End(Exception? fault)
        {
            HasFailed = fault is not null;
            if (fault is null)
                last.Followed.TrySetResult();
            else
                last.Followed.TrySetException(fault);
            // Nobody may be there to see it.
            _ = last.Followed.Task.Exception;
        }
    }

    private sealed class Node(IReadOnlyList<LogLine> lines)
    {
        public IReadOnlyList<LogLine> Lines { get; } = lines;

        public Node? Next { get; set; }

        public TaskCompletionSource Followed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
