namespace MLOps.Portal.Features.Endpoints.Capture;

/// <summary>How far back captured requests are read, as the address names it.</summary>
internal static class CaptureDays
{
    public static readonly IReadOnlyList<(string Value, string Title)> Choices = [("7", "Last week"), ("30", "Last 30 days")];

    /// <summary>One day where it is not named.</summary>
    public static TimeSpan Of(string? days) => TimeSpan.FromDays(days switch { "7" => 7, "30" => 30, _ => 1 });
}
