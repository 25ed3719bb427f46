using System.Globalization;
using System.Text;
using MLOps.Cloud.Values;

namespace MLOps.Portal.Shared.Text;

/// <summary>How times, numbers, ids and status words read. <c>wwwroot/js/portal.js</c> says times in the same way.</summary>
public static class Words
{
    /// <summary>How long ago, or how soon: <c>now</c>, <c>40 s ago</c>, <c>3 min ago</c>, <c>2 h ago</c>, <c>5 d ago</c>, <c>in 3 min</c>.</summary>
    public static string Relative(DateTimeOffset at, DateTimeOffset now)
    {
        var gone = now - at;
        var size = gone.Duration();
        if (size < TimeSpan.FromSeconds(5))
            return "now";
        var words = size.TotalSeconds < 60 ? $"{(int)size.TotalSeconds} s"
            : size.TotalMinutes < 60 ? $"{(int)size.TotalMinutes} min"
            : size.TotalHours < 48 ? $"{(int)size.TotalHours} h"
            : $"{(int)size.TotalDays} d";
        return gone > TimeSpan.Zero ? $"{words} ago" : $"in {words}";
    }

    /// <summary>The exact time in UTC: <c>2026-03-04 05:06:07 UTC</c>.</summary>
    public static string Exact(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A length of time: <c>0.4 s</c>, <c>42 s</c>, <c>3 min 05 s</c>, <c>2 h 10 min</c>, <c>3 d 4 h</c>.</summary>
    public static string Duration(TimeSpan length) => length switch
    {
        { TotalSeconds: < 0 } => "0 s",
        { TotalSeconds: < 9.95 } => string.Create(CultureInfo.InvariantCulture, $"{length.TotalSeconds:0.0} s"),
        { TotalSeconds: < 60 } => $"{(int)length.TotalSeconds} s",
        { TotalMinutes: < 60 } => $"{(int)length.TotalMinutes} min {length.Seconds:00} s",
        { TotalHours: < 48 } => $"{(int)length.TotalHours} h {length.Minutes:00} min",
        _ => $"{(int)length.TotalDays} d {length.Hours} h",
    };

    /// <summary>A measured number with the digits that matter: <c>0.9667</c>, <c>12.5</c>, <c>1,204</c>.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        _ when double.IsNaN(value) => "–",
        0 => "0",
        >= 1000 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.###", CultureInfo.InvariantCulture),
        >= 0.001 => value.ToString("0.####", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##e0", CultureInfo.InvariantCulture),
    };

    /// <summary>An amount of money with the digits that matter: <c>$0.115</c>, <c>$84.21</c>, <c>$1,204</c>, <c>CHF 84.21</c>.</summary>
    public static string Money(decimal amount, string currency)
    {
        var sign = currency switch { "USD" => "$", "EUR" => "€", "GBP" => "£", _ => currency + " " };
        return sign + Math.Abs(amount) switch
        {
            0 => "0",
            < 0.001m => "0.00",
            < 1 => amount.ToString("0.00#", CultureInfo.InvariantCulture),
            >= 1000 => amount.ToString("#,0", CultureInfo.InvariantCulture),
            _ => amount.ToString("0.00", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>A size: <c>812 B</c>, <c>4.2 KiB</c>, <c>6 MiB</c>.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.##} MiB"),
    };

    /// <summary>An id that is shortened in its middle, so that both ends can still be compared.</summary>
    public static string Short(string id, int length = 18)
    {
        if (id.Length <= length)
            return id;
        var tail = (length - 1) / 2;
        return string.Concat(id.AsSpan(0, length - 1 - tail), "…", id.AsSpan(id.Length - tail));
    }

    /// <summary>The last part of an ARN, image reference or path: what people call the thing.</summary>
    public static string Tail(string name) => name[(name.LastIndexOf('/') + 1)..];

    /// <summary>A status word of AWS as people say it: <c>InProgress</c> is <c>In progress</c>.</summary>
    public static string OfStatus(string? status) => status switch
    {
        null or "" => "Not run",
        Status.AwaitsApproval => "Waits for approval",
        _ when status.Contains('_', StringComparison.Ordinal) => Sentence(status.Replace('_', ' ').ToLowerInvariant()),
        _ when !status.Any(char.IsLower) => Sentence(status.ToLowerInvariant()),
        _ => Sentence(Spaced(status)),
    };

    /// <summary>How many, with the right ending: <c>1 instance</c>, <c>3 instances</c>.</summary>
    public static string Count(int count, string one, string? many = null) => $"{count.ToString("#,0", CultureInfo.InvariantCulture)} {(count == 1 ? one : many ?? one + "s")}";

    private static string Sentence(string words) => words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];

    private static string Spaced(string camel)
    {
        var words = new StringBuilder(camel.Length + 4);
        for (var i = 0; i < camel.Length; i++)
        {
            if (i > 0 && char.IsUpper(camel[i]) && char.IsLower(camel[i - 1]))
                words.Append(' ').Append(char.ToLowerInvariant(camel[i]));
            else
                words.Append(camel[i]);
        }
        return words.ToString();
    }
}
