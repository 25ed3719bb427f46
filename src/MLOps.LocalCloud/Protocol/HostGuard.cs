using System.Text.RegularExpressions;

namespace MLOps.LocalCloud.Protocol;

/// <summary>
/// Keeps web pages away from the local cloud, which asks nobody for a password: no browser's cross-origin request, and no
/// name that somebody else's DNS points at this machine.
/// </summary>
internal static partial class HostGuard
{
    /// <summary>Why a request is refused, or null.</summary>
    public static string? Refusal(HttpRequest request)
    {
        if (request.Headers.ContainsKey("Origin"))
            return "Requests of web pages (with an Origin header) are refused.";
        // Images and scripts of a page come without one. Following a link to a presigned URL is a person's doing.
        if (request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site" && request.Headers["Sec-Fetch-Mode"] != "navigate")
            return "Requests of web pages are refused.";
        var host = request.Host.Host;
        if (host.Length == 0 || host is "localhost" or "127.0.0.1" or "[::1]" || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
            return null;
        return AmazonHost().IsMatch(host) ? null : $"The host name {host} is not one of the local cloud's.";
    }

    // What clients send that are led here by a hosts file or a proxy: SERVICE.REGION.amazonaws.com and BUCKET.s3[.REGION].amazonaws.com.
    [GeneratedRegex(@"\A(api\.|runtime\.)?[a-z0-9-]+\.[a-z]{2}(-[a-z]+)+-\d\.amazonaws\.com\z|\A(iam|sts|s3)\.amazonaws\.com\z|\A[a-z0-9][a-z0-9.-]*\.s3([.-][a-z0-9-]+)?\.amazonaws\.com\z",
        RegexOptions.IgnoreCase)]
    private static partial Regex AmazonHost();
}
