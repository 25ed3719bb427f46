using System.ComponentModel.DataAnnotations;

namespace MLOps.Portal.Features.Audit;

/// <summary>The section <c>Audit</c>. Validated at start.</summary>
public sealed class AuditOptions
{
    public const string Section = "Audit";

    /// <summary>
    /// How long after an intent it may still happen, although whoever made it is gone: a request may be on its way. Only then is what was
    /// not found written down as not having happened.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SettleAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often open intents are looked up.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(15);
}
