using System.Text.RegularExpressions;

namespace MLOps.LocalCloud.Services.CloudFormation;

/// <summary>Reads a template's address in S3: the bucket in the host name, or first in the path (also at an endpoint of one's own).</summary>
internal static partial class TemplateUrl
{
    public static (string Bucket, string Key, string? Version)? Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https" or "s3"))
            return null;
        var path = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        var version = Version().Match(uri.Query) is { Success: true } match ? Uri.UnescapeDataString(match.Groups["id"].Value) : null;
        var host = uri.Scheme == "s3" ? uri.Host : BucketHost().Match(uri.Host) is { Success: true } inHost ? inHost.Groups["bucket"].Value : null;
        var (bucket, key) = host is not null ? (host, path) : path.Split('/', 2) is [var first, var rest] ? (first, rest) : ("", "");
        return bucket.Length > 0 && key.Length > 0 ? (bucket, key, version) : null;
    }

    [GeneratedRegex(@"^(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.s3[.-]")]
    private static partial Regex BucketHost();

    [GeneratedRegex("[?&]versionId=(?<id>[^&]+)")]
    private static partial Regex Version();
}
