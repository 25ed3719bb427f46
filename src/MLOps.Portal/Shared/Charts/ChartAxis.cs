namespace MLOps.Portal.Shared.Charts;

/// <summary>What the level axis of a chart counts.</summary>
public enum ChartAxis
{
    /// <summary>Moments, as they are.</summary>
    Time,

    /// <summary>Time since each series' first point, held as lengths since 1970: for series of different days (<see cref="Curves.FromZero"/>).</summary>
    Elapsed,

    /// <summary>The number of the point, held as seconds since 1970: for values that come in bursts (<see cref="Curves.ByStep"/>).</summary>
    Step,
}
