using System.Globalization;
using Amazon.Runtime;

namespace MLOps.Cloud.Values;

/// <summary>Reads the SDK's types: lists may be null, times are UTC without saying so, numbers may be single.</summary>
internal static class Sdk
{
    public static IEnumerable<T> OrEmpty<T>(this IEnumerable<T>? items) => items ?? [];

    public static DateTimeOffset? Time(this DateTime? time) => time is { } t ? t.Time() : null;

    public static DateTimeOffset Time(this DateTime time) =>
        new(time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc));

    /// <summary>The word of an enumeration's value; empty where it is not set.</summary>
    public static string Word(this ConstantClass? value) => value?.Value ?? "";

    /// <summary>The number that a single was written as: 0.9 and not 0.8999999761581421.</summary>
    public static double Exact(this float value) =>
        float.IsFinite(value) ? double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : value;

    public static double Exact(this float? value) => value?.Exact() ?? 0;

    /// <summary>A map as settings in the order of their names.</summary>
    public static ValueList<Setting> Settings(this IReadOnlyDictionary<string, string>? map) =>
        map.OrEmpty().OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => new Setting(p.Key, p.Value ?? "")).ToValueList();

    /// <summary>The digest of an image reference such as <c>repository@sha256:…</c>; empty where it holds none.</summary>
    public static string Digest(string? image) => image?.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at ? image[(at + 1)..] : "";
}
