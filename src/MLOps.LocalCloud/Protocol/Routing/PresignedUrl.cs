using System.Globalization;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Wire;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Routing;

/// <summary>Refuses presigned URLs whose time is over.</summary>
internal static class PresignedUrl
{
    private const int MaxSeconds = 7 * 24 * 3600;

    /// <exception cref="AwsException"><c>AccessDenied</c> or <c>AuthorizationQueryParametersError</c>, as S3 answers.</exception>
    public static void Check(HttpRequest request, TimeProvider clock)
    {
        if (request.Query.Count == 0 || Expiry(request.Query) is not { } expires)
            return;
        var now = clock.GetUtcNow();
        if (now < expires)
            return;
        throw new AwsException("AccessDenied", "Request has expired", 403)
        {
            Members = new JsonObject { ["Expires"] = Text(expires), ["ServerTime"] = Text(now) },
        };
    }

    private static DateTimeOffset? Expiry(IQueryCollection query)
    {
        if (query.TryGetValue("X-Amz-Expires", out var seconds))
        {
            if (!int.TryParse(seconds, CultureInfo.InvariantCulture, out var valid) || valid is < 0 or > MaxSeconds)
                throw Malformed($"X-Amz-Expires must be a number of at most {MaxSeconds} seconds");
            if (!DateTimeOffset.TryParseExact(query["X-Amz-Date"], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signed))
                throw Malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
            return signed.AddSeconds(valid);
        }
        // The older form of presigned URL names the moment itself.
        if (!query.ContainsKey("AWSAccessKeyId") || !query.TryGetValue("Expires", out var epoch))
            return null;
        if (!long.TryParse(epoch, CultureInfo.InvariantCulture, out var at) || at is < 0 or > 253402300799)
            throw new AwsException("AccessDenied", $"Invalid date (should be seconds since epoch): {epoch}", 403);
        return DateTimeOffset.FromUnixTimeSeconds(at);
    }

    private static AwsException Malformed(string message) => new("AuthorizationQueryParametersError", message);

    private static string Text(DateTimeOffset time) => Times.Format(time.ToEpoch(), TimestampFormat.Iso8601);
}
