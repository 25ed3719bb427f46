using System.Globalization;

namespace MLOps.Cloud.Endpoints;

/// <summary>Reads what a stateful model says about the session that it opened.</summary>
internal static class OpenedSession
{
    /// <summary>The id and the end of <c>ID; Expires=2026-01-31T12:00:00Z</c>, which is how SageMaker's header has it.</summary>
    public static (string Id, DateTimeOffset? Expires) Read(string? header)
    {
        var parts = (header ?? "").Split(';', 2, StringSplitOptions.TrimEntries);
        var until = parts.Length > 1 && parts[1].StartsWith("Expires=", StringComparison.OrdinalIgnoreCase) ? parts[1]["Expires=".Length..] : "";
        return (parts[0], DateTimeOffset.TryParse(until, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires) ? expires : null);
    }
}
