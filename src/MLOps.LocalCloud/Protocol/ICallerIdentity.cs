namespace MLOps.LocalCloud.Protocol;

/// <summary>Who holds a temporary access key.</summary>
/// <param name="Account">The account that calls with the key belong to.</param>
/// <param name="Arn">The principal, such as <c>arn:aws:sts::123456789012:assumed-role/trainer/session</c>.</param>
/// <param name="SessionToken">The token that every call with the key must carry.</param>
/// <param name="Expires">From when on the key is refused with <c>ExpiredToken</c>.</param>
public sealed record CallerIdentity(string Account, string Arn, string SessionToken, DateTimeOffset Expires);

/// <summary>Knows the temporary access keys that STS has handed out.</summary>
public interface ICallerIdentity
{
    /// <summary>The holder of an access key, or null where STS did not hand it out: any other key belongs to the account's root.</summary>
    CallerIdentity? Find(string accessKeyId);
}
