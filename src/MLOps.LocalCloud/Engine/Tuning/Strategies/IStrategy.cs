namespace MLOps.LocalCloud.Engine.Tuning.Strategies;

/// <summary>Chooses what a tuning job tries next.</summary>
internal interface IStrategy
{
    /// <summary>The next combination, or null where there is none left to try.</summary>
    /// <param name="trials">All trials so far, those that still run among them.</param>
    /// <param name="random">The same for the same tuning job and number of trials, so that a restart chooses the same.</param>
    IReadOnlyDictionary<string, string>? Next(SearchSpace space, Objective objective, IReadOnlyList<Trial> trials, Random random);
}

/// <summary>The strategies by SageMaker's names.</summary>
internal static class StrategyOf
{
    public static IStrategy Name(string name) => name switch
    {
        "Grid" => new GridSearch(),
        "Bayesian" => new BayesianSearch(),
        // Hyperband tries at random too: what sets it apart is which of its jobs it lets go on.
        _ => new RandomSearch(),
    };
}
