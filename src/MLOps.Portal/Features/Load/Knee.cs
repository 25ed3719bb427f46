namespace MLOps.Portal.Features.Load;

/// <summary>
/// Where more requests at a time stop to help: the step at which good answers a second, divided by the time that nine in ten of them took, is
/// highest (Kleinrock's power). Beyond it requests wait for each other more than the endpoint does more.
/// </summary>
/// <param name="Step">The knee.</param>
/// <param name="IsReached">Whether a later step was worse; else the run ended before the knee was seen.</param>
public sealed record Knee(MeasuredStep Step, bool IsReached)
{
    /// <summary>A step with more errors than this is no capacity.</summary>
    public const double MostErrors = 0.01;

    /// <summary>A later step that is hardly worse is taken: it serves more.</summary>
    private const double Near = 0.95;

    /// <summary>The knee of a run's steps; null where no step was without many errors.</summary>
    public static Knee? Of(IReadOnlyList<MeasuredStep> steps)
    {
        var good = steps.Where(s => s.ErrorShare <= MostErrors && s.PerSecond > 0 && s.Latency.P90 > 0).ToList();
        if (good.Count == 0)
            return null;
        var best = good.Max(Power);
        var knee = good.Last(s => Power(s) >= best * Near);
        return new Knee(knee, steps[^1] != knee);
    }

    private static double Power(MeasuredStep step) => step.PerSecond / step.Latency.P90;
}

/// <summary>A target for the metric SageMakerVariantInvocationsPerInstance by AWS's formula: requests a second and instance × safety factor × 60.</summary>
/// <param name="PerSecondAndInstance">The highest rate that the run held with few errors, divided by the instances that took it.</param>
public sealed record ScalingProposal(double PerSecondAndInstance, double SafetyFactor)
{
    /// <summary>Invocations an instance and minute.</summary>
    public double Target => Math.Floor(PerSecondAndInstance * SafetyFactor * 60);

    /// <summary>The proposal that a run's steps allow; null where none held a rate.</summary>
    public static ScalingProposal? Of(IReadOnlyList<MeasuredStep> steps, double safetyFactor)
    {
        var rates = steps.Where(s => s.ErrorShare <= Knee.MostErrors && s.Instances > 0).Select(s => s.PerSecond / s.Instances).ToList();
        return rates.Count == 0 || rates.Max() is not (> 0 and var best) ? null : new ScalingProposal(best, safetyFactor);
    }
}
