using System.Text.RegularExpressions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.EventBridge;

/// <summary>Schedule expressions: <c>rate(5 minutes)</c>.</summary>
internal static partial class Schedule
{
    /// <summary>How far apart the events of a schedule are.</summary>
    /// <exception cref="AwsException">ValidationException: not valid, or a cron expression.</exception>
    public static TimeSpan Parse(string expression)
    {
        if (expression.StartsWith("cron(", StringComparison.Ordinal))
            throw AwsException.Validation("The local cloud does not offer cron expressions; rate expressions it does.");
        if (Rate().Match(expression) is not { Success: true } match || !int.TryParse(match.Groups[1].Value, out var value) || value < 1 || value == 1 == (match.Groups[3].Length > 0))
            throw AwsException.Validation("Parameter ScheduleExpression is not valid.");
        return match.Groups[2].Value switch { "minute" => TimeSpan.FromMinutes(value), "hour" => TimeSpan.FromHours(value), _ => TimeSpan.FromDays(value) };
    }

    [GeneratedRegex(@"^rate\((\d{1,6}) (minute|hour|day)(s?)\)$")]
    private static partial Regex Rate();
}
