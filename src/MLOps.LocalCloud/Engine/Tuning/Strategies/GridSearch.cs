namespace MLOps.LocalCloud.Engine.Tuning.Strategies;

/// <summary>Tries every combination of categorical values once, in order.</summary>
internal sealed class GridSearch : IStrategy
{
    public IReadOnlyDictionary<string, string>? Next(SearchSpace space, Objective objective, IReadOnlyList<Trial> trials, Random random) =>
        trials.Count < space.Combinations ? space.Numbered(trials.Count) : null;
}
