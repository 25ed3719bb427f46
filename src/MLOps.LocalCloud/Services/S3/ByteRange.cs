namespace MLOps.LocalCloud.Services.S3;

/// <summary>A stretch of an object's content.</summary>
internal readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>
    /// Reads a Range header. Null where it asks for the whole: absent, no byte range, or several of them, which S3 ignores.
    /// </summary>
    /// <exception cref="Protocol.AwsException">InvalidRange: nothing of the object lies in it.</exception>
    public static ByteRange? Parse(string? header, long size)
    {
        if (header is null || !header.StartsWith("bytes=", StringComparison.Ordinal) || header.Contains(','))
            return null;
        var range = header["bytes=".Length..].Trim();
        var dash = range.IndexOf('-');
        if (dash < 0)
            return null;
        var (first, last) = (range[..dash].Trim(), range[(dash + 1)..].Trim());
        if (first.Length == 0)
        {
            if (!long.TryParse(last, out var suffix) || suffix < 0)
                return null;
            return suffix == 0 || size == 0 ? throw S3Errors.InvalidRange(header, size) : new ByteRange(Math.Max(0, size - suffix), Math.Min(size, suffix));
        }
        if (!long.TryParse(first, out var from) || from < 0)
            return null;
        var to = size - 1;
        if (last.Length > 0)
        {
            if (!long.TryParse(last, out to) || to < from)
                return null;
            to = Math.Min(to, size - 1);
        }
        return from >= size ? throw S3Errors.InvalidRange(header, size) : new ByteRange(from, to - from + 1);
    }

    /// <summary>The Content-Range header.</summary>
    public string Header(long size) => $"bytes {Offset}-{Offset + Length - 1}/{size}";
}
