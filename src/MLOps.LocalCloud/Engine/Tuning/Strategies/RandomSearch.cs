namespace MLOps.LocalCloud.Engine.Tuning.Strategies;

/// <summary>Tries points spread evenly over the scales, none twice where there is an end to them.</summary>
internal sealed class RandomSearch : IStrategy
{
    private const int Tries = 64;

    public IReadOnlyDictionary<string, string>? Next(SearchSpace space, Objective objective, IReadOnlyList<Trial> trials, Random random)
    {
        var tried = trials.Select(t => Key(t.Values)).ToHashSet();
        for (var i = 0; i < Tries; i++)
        {
            var values = space.At([.. space.Parameters.Select(_ => random.NextDouble())]);
            if (!tried.Contains(Key(values)))
                return values;
        }
        if (space.Combinations is not { } all)
            return space.At([.. space.Parameters.Select(_ => random.NextDouble())]);
        // Nearly all were tried: the first that was not.
        for (var number = 0L; number < all; number++)
            if (space.Numbered(number) is var values && !tried.Contains(Key(values)))
                return values;
        return null;
    }

    /// <summary>Tells combinations apart.</summary>
    public static string Key(IReadOnlyDictionary<string, string> values) =>
        string.Join('\n', values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}"));
}
