using Amazon.Runtime;

namespace MLOps.LoadGenerator;

/// <summary>The keys that came last by the pipe.</summary>
internal sealed class GivenCredentials(LoadCredentials first) : AWSCredentials
{
    private volatile LoadCredentials now = first;

    public void Renew(LoadCredentials newer) => now = newer;

    public override ImmutableCredentials GetCredentials() => new(now.AccessKey, now.SecretKey, now.Token.Length > 0 ? now.Token : null);
}
