using System.Collections.Concurrent;

namespace MLOps.LocalCloud.Engine.Stacks;

/// <summary>Visits the nodes of a graph, each after what it depends on, those that do not depend on each other at the same time.</summary>
internal static class DependencyWalk
{
    /// <summary>Visits all; returns what failed. What depends on a node that failed is not visited.</summary>
    /// <param name="dependsOn">Each node's dependencies; names that are no nodes are passed over.</param>
    /// <param name="stopAtFailure">Cancels what runs and starts nothing more once a node fails; else independent nodes go on.</param>
    public static async Task<IReadOnlyDictionary<string, Exception>> RunAsync(
        IReadOnlyDictionary<string, IReadOnlyCollection<string>> dependsOn, Func<string, CancellationToken, Task> visit, bool stopAtFailure, CancellationToken cancelled)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        var failures = new ConcurrentDictionary<string, Exception>();
        var visits = new Dictionary<string, Task<bool>>();
        foreach (var node in Order(dependsOn))
        {
            var before = dependsOn[node].Where(dependsOn.ContainsKey).Where(d => d != node).Select(d => visits[d]).ToArray();
            visits[node] = VisitAsync(node, before);
        }
        await Task.WhenAll(visits.Values);
        return failures;

        async Task<bool> VisitAsync(string node, Task<bool>[] before)
        {
            await Task.Yield();
            if ((await Task.WhenAll(before)).Contains(false) || stop.IsCancellationRequested)
                return false;
            try
            {
                await visit(node, stop.Token);
                return true;
            }
            catch (Exception e)
            {
                failures[node] = e;
                if (stopAtFailure)
                    await stop.CancelAsync();
                return false;
            }
        }
    }

    /// <summary>The nodes, each after what it depends on.</summary>
    /// <exception cref="Protocol.AwsException">There is a cycle.</exception>
    public static IReadOnlyList<string> Order(IReadOnlyDictionary<string, IReadOnlyCollection<string>> dependsOn)
    {
        var left = dependsOn.ToDictionary(n => n.Key, n => n.Value.Where(d => d != n.Key && dependsOn.ContainsKey(d)).ToHashSet());
        var ordered = new List<string>();
        while (left.Count > 0)
        {
            var free = left.Where(n => n.Value.Count == 0).Select(n => n.Key).ToList();
            if (free.Count == 0)
                throw StackErrors.Format($"Circular dependency between resources: [{string.Join(", ", left.Keys)}]");
            foreach (var node in free)
                left.Remove(node);
            foreach (var waits in left.Values)
                waits.ExceptWith(free);
            ordered.AddRange(free);
        }
        return ordered;
    }

    /// <summary>The graph the other way round, for taking down what was built up.</summary>
    public static Dictionary<string, IReadOnlyCollection<string>> Reverse(IReadOnlyDictionary<string, IReadOnlyCollection<string>> dependsOn) =>
        dependsOn.Keys.ToDictionary(n => n, n => (IReadOnlyCollection<string>)[.. dependsOn.Where(o => o.Key != n && o.Value.Contains(n)).Select(o => o.Key)]);
}
