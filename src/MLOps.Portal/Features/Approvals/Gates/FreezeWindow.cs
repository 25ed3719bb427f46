using System.Globalization;

namespace MLOps.Portal.Features.Approvals.Gates;

/// <summary>A time in which nothing is approved: weekly, or once.</summary>
public sealed class FreezeWindow
{
    private static readonly string[] Names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    private readonly HashSet<DayOfWeek> days = [];
    private readonly TimeZoneInfo zone;
    private readonly TimeSpan start;
    private readonly TimeSpan length;
    private readonly (DateTime From, DateTime To) once;

    private FreezeWindow(FreezeOptions options)
    {
        Reason = options.Reason.Trim();
        zone = TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out var found) ? found
            : throw new FormatException($"'{options.TimeZone}' is no time zone; write a name such as Europe/Berlin.");
        if (options.Days.Count == 0)
        {
            once = (Date(options.From, "From"), Date(options.To, "To"));
            if (once.To <= once.From)
                throw new FormatException($"To ({options.To}) is not after From ({options.From}).");
            Words = string.Create(CultureInfo.InvariantCulture, $"{once.From:yyyy-MM-dd HH:mm} to {once.To:yyyy-MM-dd HH:mm} {options.TimeZone}");
            return;
        }
        foreach (var day in options.Days)
            days.Add(Day(day));
        start = options.From.Length == 0 ? TimeSpan.Zero : TimeOfDay(options.From, "From");
        var end = options.To.Length == 0 ? TimeSpan.FromDays(1) : TimeOfDay(options.To, "To");
        length = end > start ? end - start : end + TimeSpan.FromDays(1) - start;
        Words = $"{string.Join(", ", days.Order().Select(d => d.ToString()[..3]))} {start:hh\\:mm} to {(options.To.Length == 0 ? "24:00" : end.ToString("hh\\:mm", CultureInfo.InvariantCulture))} {options.TimeZone}";
    }

    /// <summary>When, for people.</summary>
    public string Words { get; }

    /// <summary>Why, for people; may be empty.</summary>
    public string Reason { get; }

    /// <exception cref="FormatException">The options make no window; the message says what is wrong.</exception>
    public static FreezeWindow Of(FreezeOptions options) => new(options);

    /// <summary>When the freeze ends that holds now; null where none does.</summary>
    public DateTimeOffset? Until(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        if (days.Count == 0)
            return local >= once.From && local < once.To ? At(once.To) : null;
        // A window may have begun the day before.
        foreach (var day in (DateTime[])[local.Date, local.Date.AddDays(-1)])
        {
            var from = day + start;
            if (days.Contains(day.DayOfWeek) && local >= from && local < from + length)
                return At(from + length);
        }
        return null;
    }

    private DateTimeOffset At(DateTime local) => new(local, zone.GetUtcOffset(local));

    private static DayOfWeek Day(string text)
    {
        var word = text.Trim().ToLowerInvariant();
        var index = word.Length < 3 ? -1 : Array.FindIndex(Names, n => n.StartsWith(word, StringComparison.Ordinal));
        return index >= 0 ? (DayOfWeek)index : throw new FormatException($"'{text}' is no day of the week; write Mon, Tue, Wed, Thu, Fri, Sat or Sun.");
    }

    private static TimeSpan TimeOfDay(string text, string what) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.ToTimeSpan()
            : throw new FormatException($"{what} is '{text}'; with Days write a time of day such as 18:00.");

    private static DateTime Date(string text, string what) =>
        DateTime.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date
            : throw new FormatException($"{what} is '{text}'; without Days write a date such as 2026-12-20T18:00.");
}
