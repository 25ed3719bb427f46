using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>Conditional requests: what a call asks of the version before it reads or replaces it.</summary>
internal static class Conditions
{
    /// <summary>Checks a read. <paramref name="prefix"/> is <c>CopySource</c> for the source of a copy, which never answers 304.</summary>
    public static void CheckRead(JsonObject input, ObjectVersion version, string prefix = "")
    {
        // HTTP times have whole seconds; so must what they are compared with.
        var modified = DateTimeOffset.FromUnixTimeSeconds(version.Modified.ToUnixTimeSeconds());
        if (input.Text(prefix + "IfMatch") is { } match)
        {
            if (!Names(match, version))
                throw S3Errors.PreconditionFailed("If-Match");
        }
        else if (input.Time(prefix + "IfUnmodifiedSince") is { } unmodified && modified > unmodified)
        {
            throw S3Errors.PreconditionFailed("If-Unmodified-Since");
        }
        var unchanged = input.Text(prefix + "IfNoneMatch") is { } none
            ? Names(none, version)
            : input.Time(prefix + "IfModifiedSince") is { } since && modified <= since;
        if (unchanged)
            throw prefix.Length == 0 ? S3Errors.NotModified() : S3Errors.PreconditionFailed("If-None-Match");
    }

    /// <summary>Checks a write against the version that is there now, if any.</summary>
    public static void CheckWrite(JsonObject input, ObjectVersion? current)
    {
        if (input.Text("IfNoneMatch") is { } none)
        {
            if (none != "*")
                throw S3Errors.NotImplemented("If-None-Match with an ETag on a write");
            if (current is not null)
                throw S3Errors.PreconditionFailed("If-None-Match");
        }
        if (input.Text("IfMatch") is { } match)
        {
            if (current is null)
                throw S3Errors.NoSuchKey(input.Required("Key"));
            if (!Names(match, current))
                throw S3Errors.PreconditionFailed("If-Match");
        }
    }

    /// <summary>Whether a list of ETags, quoted or not, or <c>*</c> names the version.</summary>
    public static bool Names(string header, ObjectVersion version) =>
        header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Any(tag => tag == "*" || tag.Trim('"') == version.ETag);
}
