namespace MLOps.LocalCloud.Protocol.Routing;

/// <summary>Finds the bucket that a Host header names (<c>bucket.localhost</c>, <c>bucket.s3.us-east-1.amazonaws.com</c>).</summary>
internal static class S3Address
{
    private const string Amazon = ".amazonaws.com";
    private const string Local = ".localhost";

    /// <summary>The bucket, or null where the path names it.</summary>
    public static string? BucketOf(string host)
    {
        if (host.EndsWith(Local, StringComparison.OrdinalIgnoreCase))
            return Before(host[..^Local.Length], required: false);
        return host.EndsWith(Amazon, StringComparison.OrdinalIgnoreCase) ? Before(host[..^Amazon.Length], required: true) : null;
    }

    /// <summary>What stands before <c>s3</c>, <c>s3.REGION</c> or <c>s3-REGION</c>.</summary>
    private static string? Before(string name, bool required)
    {
        var labels = name.Split('.');
        for (var i = Math.Max(0, labels.Length - 3); i < labels.Length; i++)
            if (labels[i] == "s3" || labels[i].StartsWith("s3-", StringComparison.Ordinal))
                return i == 0 ? null : string.Join('.', labels[..i]);
        return required ? null : name;
    }
}
