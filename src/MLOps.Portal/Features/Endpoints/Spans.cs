namespace MLOps.Portal.Features.Endpoints;

/// <summary>The times that charts can show, as the address names them.</summary>
internal static class Spans
{
    public static readonly IReadOnlyList<(string Value, string Title)> Choices = [("6h", "Last 6 hours"), ("1d", "Last day"), ("7d", "Last week")];

    /// <summary>The length of a span; one hour where it is not named.</summary>
    public static TimeSpan Of(string? span) => span switch
    {
        "6h" => TimeSpan.FromHours(6),
        "1d" => TimeSpan.FromDays(1),
        "7d" => TimeSpan.FromDays(7),
        _ => TimeSpan.FromHours(1),
    };
}
