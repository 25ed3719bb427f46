using System.Text.RegularExpressions;

namespace MLOps.LocalCloud.Protocol.Routing;

/// <summary>What a request's signature says: the key, the region and the service. Signatures themselves are not verified.</summary>
internal sealed partial record RequestIdentity(string AccessKey, string? Region, string? SigningName)
{
    public static RequestIdentity Anonymous { get; } = new("", null, null);

    public static RequestIdentity Of(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith("AWS4-", StringComparison.Ordinal))
        {
            var match = Credential().Match(authorization);
            return match.Success ? FromScope(match.Groups[1].Value) : Anonymous;
        }
        if (authorization.StartsWith("AWS ", StringComparison.Ordinal))
            return new RequestIdentity(authorization[4..].Split(':')[0], null, "s3");
        if (request.Query.TryGetValue("X-Amz-Credential", out var presigned))
            return FromScope(presigned.ToString());
        return request.Query.TryGetValue("AWSAccessKeyId", out var old) ? new RequestIdentity(old.ToString(), null, "s3") : Anonymous;
    }

    /// <summary>Reads <c>KEY/DATE/REGION/SERVICE/aws4_request</c>, or the same without a region for signatures of all regions.</summary>
    private static RequestIdentity FromScope(string scope) => scope.Split('/') switch
    {
        [var key, _, var region, var service, _] => new RequestIdentity(key, RegionName().IsMatch(region) ? region : null, service),
        [var key, _, var service, _] => new RequestIdentity(key, null, service),
        [var key, ..] => new RequestIdentity(key, null, null),
        _ => Anonymous,
    };

    [GeneratedRegex(@"Credential=([^,\s]+)")]
    private static partial Regex Credential();

    [GeneratedRegex(@"\A[a-z]{2,4}(-[a-z]+)+-\d{1,2}\z")]
    private static partial Regex RegionName();
}
