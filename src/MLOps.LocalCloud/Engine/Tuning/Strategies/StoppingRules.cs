namespace MLOps.LocalCloud.Engine.Tuning.Strategies;

/// <summary>Tells whether a running trial is not worth its time.</summary>
internal interface IStoppingRule
{
    /// <param name="course">The objective metric's values of the running trial so far; not empty.</param>
    /// <param name="others">The courses of the trials that it is measured by.</param>
    bool ShouldStop(Objective objective, IReadOnlyList<double> course, IReadOnlyList<IReadOnlyList<double>> others);
}

/// <summary>
/// SageMaker's early stopping <c>Auto</c>: a trial stops when its value is worse than the median of what the trials before
/// it had on average up to the same step. A step is one value of the objective metric in the log.
/// </summary>
internal sealed class MedianRule : IStoppingRule
{
    /// <summary>Fewer trials than these have no median worth the name.</summary>
    public const int Fewest = 3;

    public bool ShouldStop(Objective objective, IReadOnlyList<double> course, IReadOnlyList<IReadOnlyList<double>> others)
    {
        var averages = others.Where(o => o.Count >= course.Count).Select(o => o.Take(course.Count).Average()).Order().ToList();
        if (averages.Count < Fewest)
            return false;
        var middle = averages.Count / 2;
        var median = averages.Count % 2 == 1 ? averages[middle] : (averages[middle - 1] + averages[middle]) / 2;
        return objective.IsBetter(median, course[^1]);
    }
}

/// <summary>
/// Hyperband's choice, made for each trial as it comes by (asynchronous successive halving): at
/// <paramref name="least"/>, 3·least, 9·least… values of the objective metric only the best third goes on.
/// </summary>
internal sealed class HalvingRule(int least, int most) : IStoppingRule
{
    private const int Reduction = 3;

    public bool ShouldStop(Objective objective, IReadOnlyList<double> course, IReadOnlyList<IReadOnlyList<double>> others)
    {
        if (course.Count > most)
            return true;
        if (!IsRung(course.Count))
            return false;
        var step = course.Count - 1;
        var reached = others.Where(o => o.Count > step).Select(o => o[step]).ToList();
        var better = reached.Count(v => objective.IsBetter(v, course[step]));
        // Among fewer than three nobody can be in the last two thirds.
        return reached.Count + 1 >= Reduction && better >= (reached.Count + 1) / Reduction;
    }

    private bool IsRung(int steps)
    {
        for (long rung = least; rung < most; rung *= Reduction)
            if (rung == steps)
                return true;
        return false;
    }
}
