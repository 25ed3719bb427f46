using System.Globalization;
using MLOps.Cloud.Faults;
using MLOps.Ledger;

namespace MLOps.Portal.Shared.Ledger;

/// <summary>What follows, for an intent without an outcome, from what the cloud shows. Each finding says what it was drawn from.</summary>
public static class Lookup
{
    /// <summary>The clocks of the cloud and of the portal differ by less.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    /// <summary>A call that was on its way has come by then.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMinutes(2);

    /// <summary>Whether something that the cloud did then may be what the intent asked for.</summary>
    public static bool IsSince(LedgerEntry intent, DateTimeOffset? at) => at >= intent.At - Skew && at <= intent.At + Late;

    /// <summary>Whether something was made that has a name of its own.</summary>
    /// <param name="what">What it is, with its name: <c>training job iris-7</c>.</param>
    /// <param name="made">When it was made; null where there is none.</param>
    public static Finding Made(LedgerEntry intent, string what, DateTimeOffset? made) => made is not { } at ? Finding.Absent($"There is no {what}.")
        : IsSince(intent, at) ? Finding.Happened($"The {what} was made at {Exact(at)}.")
        : Finding.Absent($"The {what} is another one: it was made at {Exact(at)}.");

    /// <summary>Whether something was removed.</summary>
    /// <param name="status">Its status; null where it is not there.</param>
    public static Finding Gone(string what, string? status) => status is null ? Finding.Happened($"The {what} is gone.")
        : status == "Deleting" ? Finding.Happened($"The {what} is being deleted.") : Finding.Absent($"The {what} is there: {status}.");

    /// <summary>Whether a job was stopped.</summary>
    /// <param name="status">Its status; null where it is not there.</param>
    public static Finding Stopped(LedgerEntry intent, string what, string? status, string operation) => status switch
    {
        null => Finding.Unclear($"The {what} is gone. {Trail(intent, operation)}"),
        "Stopping" or "Stopped" => Finding.Happened($"The {what} was stopped."),
        "InProgress" => Finding.Absent($"The {what} runs on."),
        _ => Finding.Absent($"The {what} ended by itself: {status}."),
    };

    /// <summary>Whether a setting was changed, by what it was, what it was to be, and what it is.</summary>
    /// <param name="hint">How a person finds out what cannot be told by it.</param>
    public static Finding Between(string before, string ordered, string now, string hint) =>
        now == ordered && before == ordered ? Finding.Unclear($"It is as ordered, and was so before: {now}. {hint}")
        : now == ordered ? Finding.Happened($"It is as ordered: {now}.")
        : now == before ? Finding.Absent($"It is as it was: {now}.")
        : Finding.Unclear($"It is neither as it was ({before}) nor as ordered: {now}. {hint}");

    /// <summary>How a person finds out what the cloud does not show.</summary>
    /// <param name="operation">The operation that was to be called; empty where there may have been several.</param>
    public static string Trail(LedgerEntry intent, string operation = "") =>
        $"On AWS, the event history of CloudTrail tells: look for {(operation.Length > 0 ? operation : "calls of the portal's role")} from {Exact(intent.At - Skew)} to {Exact(intent.At + Late)}.";

    /// <summary>What the cloud shows; null where it has no such thing.</summary>
    /// <exception cref="CloudException">The cloud could not be asked.</exception>
    public static async Task<T?> FindAsync<T>(Func<Task<T>> read) where T : class
    {
        try
        {
            return await read();
        }
        catch (CloudException missing) when (missing.Fault.Kind == CloudFaultKind.NotFound)
        {
            return null;
        }
    }

    private static string Exact(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
