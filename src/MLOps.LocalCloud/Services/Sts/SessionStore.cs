using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.Sts;

/// <summary>The temporary credentials that were handed out, by access key. They outlive a restart and are forgotten a day after they expire.</summary>
internal sealed class SessionStore(DocumentStore documents, TimeProvider time) : ICallerIdentity
{
    // An access key is looked up before it is known whose it is.
    private static readonly Scope Everywhere = new("", "");
    private static readonly TimeSpan KeptAfterExpiry = TimeSpan.FromDays(1);
    private const string KeyCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const string SecretCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private readonly DocumentTable sessions = documents.Table("sts/session");

    /// <summary>Hands out credentials; the answer is the shape <c>Credentials</c>.</summary>
    public JsonObject Add(string account, string arn, string userId, TimeSpan duration)
    {
        var now = time.GetUtcNow();
        Forget(now);
        var credentials = new JsonObject
        {
            ["AccessKeyId"] = "ASIA" + RandomNumberGenerator.GetString(KeyCharacters, 16),
            ["SecretAccessKey"] = RandomNumberGenerator.GetString(SecretCharacters, 40),
            ["SessionToken"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(192)),
            ["Expiration"] = (now + duration).ToEpoch(),
        };
        var session = credentials.DeepClone().AsObject();
        (session["Account"], session["Arn"], session["UserId"]) = (account, arn, userId);
        sessions.Put(Everywhere, credentials.Required("AccessKeyId"), session);
        return credentials;
    }

    public CallerIdentity? Find(string accessKeyId) => sessions.Find(Everywhere, accessKeyId) is { } session
        ? new CallerIdentity(session.Required("Account"), session.Required("Arn"), session.Required("SessionToken"), session.Time("Expiration")!.Value)
        : null;

    /// <summary>The unique id of an assumed role's session, <c>AROA…:session</c>, by its ARN.</summary>
    public string? UserId(string arn) =>
        sessions.List(Everywhere).LastOrDefault(s => s.Value.Text("Arn") == arn)?.Value.Text("UserId");

    private void Forget(DateTimeOffset now)
    {
        foreach (var session in sessions.List(Everywhere).Where(s => s.Value.Time("Expiration") + KeptAfterExpiry < now))
            sessions.Remove(Everywhere, session.Key);
    }
}
