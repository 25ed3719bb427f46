using System.Globalization;
using MLOps.LocalCloud.Engine.Tuning;
using MLOps.LocalCloud.Engine.Tuning.Strategies;

namespace MLOps.Tests.Unit.Tuning;

public sealed class StrategyTests
{
    private static readonly Objective Least = new("loss", Maximize: false);
    private static readonly SearchSpace Plane = new([new ContinuousParameter("x", -5, 10, Scaling.Linear), new ContinuousParameter("y", 0, 15, Scaling.Linear)]);

    [Fact]
    public void Grid_AllCombinations_TriesEachOnceAndEnds()
    {
        var space = new SearchSpace([new CategoricalParameter("a", ["1", "2"]), new CategoricalParameter("b", ["x", "y", "z"])]);
        var trials = Run(new GridSearch(), space, 10, seed: 1, _ => 0);
        trials.Select(t => t.Values["a"] + t.Values["b"]).Should().Equal("1x", "1y", "1z", "2x", "2y", "2z");
    }

    [Fact]
    public void Random_FewCombinations_TriesNoneTwiceAndEnds()
    {
        var space = new SearchSpace([new IntegerParameter("n", 1, 12, Scaling.Linear)]);
        var trials = Run(new RandomSearch(), space, 50, seed: 3, _ => 0);
        trials.Select(t => t.Values["n"]).Should().OnlyHaveUniqueItems().And.HaveCount(12);
    }

    [Fact]
    public void Random_SameSeed_ChoosesTheSame() =>
        Run(new RandomSearch(), Plane, 5, seed: 7, Branin).Select(t => RandomSearch.Key(t.Values))
            .Should().Equal(Run(new RandomSearch(), Plane, 5, seed: 7, Branin).Select(t => RandomSearch.Key(t.Values)));

    [Fact]
    public void Bayesian_KnownFunction_FindsItsLeastBetterThanChance()
    {
        // Branin's least value is 0.398; random search of 25 points is far from it most of the time.
        int[] seeds = [1, 2, 3, 4, 5, 6];
        var bayesian = seeds.Select(s => Run(new BayesianSearch(), Plane, 25, s, Branin).Min(t => t.Objective!.Value)).Average();
        var random = seeds.Select(s => Run(new RandomSearch(), Plane, 25, s, Branin).Min(t => t.Objective!.Value)).Average();
        bayesian.Should().BeLessThan(0.8).And.BeLessThan(random / 2);
    }

    [Fact]
    public void Bayesian_GoodCategory_IsTriedMost()
    {
        var space = new SearchSpace([new CategoricalParameter("kind", ["bad", "good", "worse"]), new ContinuousParameter("x", 0, 1, Scaling.Linear)]);
        var trials = Run(new BayesianSearch(), space, 20, seed: 5, v => (v["kind"] == "good" ? 0 : 3) + Math.Pow(Number(v["x"]) - 0.3, 2));
        trials.Skip(8).Count(t => t.Values["kind"] == "good").Should().BeGreaterThan(8);
    }

    [Fact]
    public void Bayesian_JobsInParallel_LooksInDifferentPlaces()
    {
        var trials = Run(new BayesianSearch(), Plane, 10, seed: 2, Branin);
        var one = new BayesianSearch().Next(Plane, Least, trials, new Random(1))!;
        Trial running = new(11, "j", one, null, [], Ended: false);
        var other = new BayesianSearch().Next(Plane, Least, [.. trials, running], new Random(1))!;
        (Math.Abs(Number(one["x"]) - Number(other["x"])) + Math.Abs(Number(one["y"]) - Number(other["y"]))).Should().BeGreaterThan(0.1);
    }

    private static List<Trial> Run(IStrategy strategy, SearchSpace space, int most, int seed, Func<IReadOnlyDictionary<string, string>, double> measure)
    {
        var trials = new List<Trial>();
        while (trials.Count < most && strategy.Next(space, Least, trials, new Random(seed * 1000 + trials.Count)) is { } values)
            trials.Add(new Trial(trials.Count + 1, $"job-{trials.Count}", values, measure(values), [], Ended: true));
        return trials;
    }

    private static double Branin(IReadOnlyDictionary<string, string> values)
    {
        var (x, y) = (Number(values["x"]), Number(values["y"]));
        return Math.Pow(y - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6, 2) + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(x) + 10;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
