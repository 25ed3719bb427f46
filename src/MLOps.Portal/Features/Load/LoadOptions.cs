using System.ComponentModel.DataAnnotations;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Load;

/// <summary>The section <c>Load</c>: how much load people may put on endpoints. Validated at start.</summary>
public sealed class LoadOptions : IValidatableObject
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "Load";

    /// <summary>By role, for endpoints that are not production. A role that is not named may start no run.</summary>
    public Dictionary<string, LoadLimit> Development { get; } = new()
    {
        [Roles.Approver] = new() { Concurrency = 10, Requests = 1_000 },
        [Roles.Scientist] = new() { Concurrency = 150, Requests = 100_000 },
        [Roles.Admin] = new() { Concurrency = 150, Requests = 100_000 },
    };

    /// <summary>By role, for production endpoints, which serve people meanwhile.</summary>
    public Dictionary<string, LoadLimit> Production { get; } = new()
    {
        [Roles.Scientist] = new() { Concurrency = 10, Requests = 1_000 },
        [Roles.Admin] = new() { Concurrency = 100, Requests = 10_000 },
    };

    /// <summary>A run ends after this time at the latest.</summary>
    public int MaxSeconds { get; set; } = 900;

    /// <summary>The share of the highest sustained rate that a scaling target should use (AWS suggests 0.5 to begin with).</summary>
    public double SafetyFactor { get; set; } = 0.5;

    /// <summary>How many runs are kept; the oldest are forgotten.</summary>
    public int KeptRuns { get; set; } = 200;

    /// <summary>The most that somebody of these roles may ask of an endpoint; null where nothing.</summary>
    internal LoadLimit? For(IEnumerable<string> roles, Surroundings surroundings)
    {
        var limits = surroundings == Surroundings.Production ? Production : Development;
        return roles.Select(limits.GetValueOrDefault).OfType<LoadLimit>().Where(l => l is { Concurrency: > 0, Requests: > 0 }).MaxBy(l => ((long)l.Requests, l.Concurrency));
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (section, limits) in ((string, Dictionary<string, LoadLimit>)[])[(nameof(Development), Development), (nameof(Production), Production)])
        {
            foreach (var (role, limit) in limits)
            {
                if (!Roles.All.Contains(role))
                    yield return new($"{Section}:{section} names the role '{role}'; there are {string.Join(", ", Roles.All)}.");
                if (limit.Concurrency is < 0 or > 1_000 || limit.Requests is < 0 or > 10_000_000)
                    yield return new($"{Section}:{section}:{role} must be at most 1,000 at a time and 10,000,000 requests, and not negative.");
            }
        }
        if (MaxSeconds is < 10 or > 86_400)
            yield return new($"{Section}:{nameof(MaxSeconds)} is {MaxSeconds}; it must be between 10 and 86,400.");
        if (SafetyFactor is not (> 0 and <= 1))
            yield return new($"{Section}:{nameof(SafetyFactor)} is {SafetyFactor}; it must be above 0 and at most 1.");
        if (KeptRuns is < 1 or > 10_000)
            yield return new($"{Section}:{nameof(KeptRuns)} is {KeptRuns}; it must be between 1 and 10,000.");
    }
}

/// <summary>The size of a run.</summary>
public sealed class LoadLimit
{
    /// <summary>Requests under way at a time.</summary>
    public int Concurrency { get; set; }

    /// <summary>Requests in all.</summary>
    public int Requests { get; set; }
}
