namespace MLOps.LoadGenerator;

/// <summary>
/// The steps of a run: the number of requests under way doubles up to the most, so that the run shows where more of them stop
/// to help. Half of the requests belong to the last step.
/// </summary>
public static class LoadPlan
{
    /// <summary>A step: how many requests are under way at a time, and how many it sends in all.</summary>
    public readonly record struct Planned(int Concurrency, int Requests);

    public static IReadOnlyList<Planned> Of(int concurrency, int requests)
    {
        concurrency = Math.Min(concurrency, requests);
        var rising = new List<int>();
        for (var level = 1; level < concurrency; level *= 2)
            rising.Add(level);
        var weight = rising.Sum();
        var steps = new List<Planned>();
        var left = requests;
        foreach (var level in rising)
        {
            // Each of the rising steps takes about the same time.
            var share = Math.Min(left - concurrency, Math.Max(level, (int)((long)requests / 2 * level / weight)));
            if (share < level)
                break; // too few requests to tell anything of this step
            steps.Add(new(level, share));
            left -= share;
        }
        steps.Add(new(concurrency, left));
        return steps;
    }
}
