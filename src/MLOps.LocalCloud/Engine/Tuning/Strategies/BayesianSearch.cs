namespace MLOps.LocalCloud.Engine.Tuning.Strategies;

/// <summary>
/// Bayesian optimization: a Gaussian process learns the objective from the trials so far, and the point with the greatest
/// expected improvement over the best one is tried next. Trials that still run count as what the process expects of them,
/// so that jobs in parallel look in different places. The first few points are random.
/// </summary>
internal sealed class BayesianSearch : IStrategy
{
    private const int Candidates = 400;
    private const int Neighbours = 100;
    private const double NeighbourSpread = 0.08;

    // Fitting grows with the cube of the trials: what lies further back says the least.
    private const int MostTrials = 150;

    private readonly RandomSearch chance = new();

    public IReadOnlyDictionary<string, string>? Next(SearchSpace space, Objective objective, IReadOnlyList<Trial> trials, Random random)
    {
        var known = trials.Where(t => t.Objective is not null).ToList();
        if (known.Count < Math.Clamp(space.Parameters.Count + 1, 3, 8) || space.Combinations <= trials.Count)
            return chance.Next(space, objective, trials, random);
        var sign = objective.Maximize ? 1 : -1;
        var best = objective.Best(known)!;
        var learned = known.TakeLast(MostTrials).Union([best]).ToList();
        List<double[]> points = [.. learned.Select(t => space.Coordinates(t.Values))];
        List<double> values = [.. learned.Select(t => sign * t.Objective!.Value)];
        var process = GaussianProcess.Fit(points, values);
        var running = trials.Where(t => !t.Ended && t.Objective is null).Select(t => space.Coordinates(t.Values)).ToList();
        if (running.Count > 0)
        {
            values.AddRange(running.Select(p => process.Predict(p).Mean));
            points.AddRange(running);
            process = process.With(points, values);
        }
        var tried = trials.Select(t => RandomSearch.Key(t.Values)).ToHashSet();
        return Proposals(space, trials, best, random)
            .Where(v => !tried.Contains(RandomSearch.Key(v)))
            .MaxBy(v => Improvement(process.Predict(space.Coordinates(v)), sign * best.Objective!.Value))
            ?? chance.Next(space, objective, trials, random);
    }

    /// <summary>Points from everywhere, and some close to the best one.</summary>
    private IEnumerable<IReadOnlyDictionary<string, string>> Proposals(SearchSpace space, IReadOnlyList<Trial> trials, Trial best, Random random)
    {
        for (var i = 0; i < Candidates; i++)
            yield return space.At([.. space.Parameters.Select(_ => random.NextDouble())]);
        for (var i = 0; i < Neighbours; i++)
            yield return space.Parameters.ToDictionary(p => p.Name, p => p is CategoricalParameter
                ? random.Next(4) == 0 ? p.At(random.NextDouble()) : best.Values[p.Name]
                : p.At(Math.Clamp(p.Coordinates(best.Values[p.Name]).Single() + NeighbourSpread * Normal.Sample(random), 0, 1)));
    }

    /// <summary>The expected improvement over a value: how much better a point is likely to be, weighed by how likely.</summary>
    internal static double Improvement((double Mean, double Deviation) at, double best)
    {
        if (at.Deviation < 1e-12)
            return Math.Max(0, at.Mean - best);
        var z = (at.Mean - best) / at.Deviation;
        return at.Deviation * (z * Normal.Cumulative(z) + Normal.Density(z));
    }
}
