using Microsoft.Extensions.Options;

namespace MLOps.LocalCloud.Protocol.Routing;

/// <summary>Finds whose call a request is. An access key of 12 digits names the account; any other that STS did not hand out is the account's root.</summary>
internal sealed class CallerResolver(IOptions<LocalCloudOptions> options, TimeProvider clock, ICallerIdentity? sessions = null)
{
    /// <exception cref="AwsException">The key is a temporary one that has expired, or its token is missing or wrong.</exception>
    public (Scope Scope, string Principal) Resolve(HttpRequest request, RequestIdentity identity)
    {
        var region = identity.Region ?? options.Value.Region;
        if (identity.AccessKey.Length > 0 && sessions?.Find(identity.AccessKey) is { } session)
        {
            if (session.Expires <= clock.GetUtcNow())
                throw new AwsException(identity.SigningName == "s3" ? "ExpiredToken" : "ExpiredTokenException", "The security token included in the request is expired", 403);
            if (Token(request) != session.SessionToken)
                throw new AwsException(identity.SigningName == "s3" ? "InvalidToken" : "UnrecognizedClientException", "The security token included in the request is invalid.", 403);
            return (new Scope(session.Account, region), session.Arn);
        }
        var account = identity.AccessKey is { Length: 12 } key && key.All(char.IsAsciiDigit) ? key : options.Value.Account;
        var scope = new Scope(account, region);
        return (scope, scope.GlobalArn("iam", "root"));
    }

    private static string Token(HttpRequest request) =>
        request.Headers.TryGetValue("X-Amz-Security-Token", out var header) ? header.ToString() : request.Query["X-Amz-Security-Token"].ToString();
}
