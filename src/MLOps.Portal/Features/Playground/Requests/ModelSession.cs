using System.Text;
using MLOps.Cloud.Endpoints;
using MLOps.Portal.Features.Playground.Formats;

namespace MLOps.Portal.Features.Playground.Requests;

/// <summary>
/// A session of a stateful model as it is used here. What its body must say is between caller and model; these are the words of
/// SageMaker's own containers: https://github.com/aws/model-hosting-container-standards
/// </summary>
/// <param name="Expires">Until when the model keeps it; null where that is not known, as for a session that somebody else opened.</param>
/// <param name="Requests">How many requests of it were answered here.</param>
public sealed record ModelSession(string Id, DateTimeOffset? Expires, int Requests)
{
    /// <summary>The request that opens one.</summary>
    public static InvocationRequest Opening(Target target) => Word(target, InvocationRequest.NewSession, "NEW_SESSION");

    /// <summary>The request that closes it.</summary>
    public InvocationRequest Closing(Target target) => Word(target, Id, "CLOSE");

    /// <summary>The session to go on with after an answer; null where there is none, or the model closed it.</summary>
    public static ModelSession? After(ModelSession? now, InvocationRequest request, InvocationResult answer)
    {
        if (answer.NewSessionId.Length > 0)
            return new(answer.NewSessionId, answer.SessionExpires, 0);
        if (request.SessionId.Length == 0 || request.SessionId == InvocationRequest.NewSession || answer.ClosedSessionId == request.SessionId)
            return null;
        var held = now?.Id == request.SessionId ? now : new(request.SessionId, null, 0);
        return answer.IsSuccess ? held with { Requests = held.Requests + 1 } : held;
    }

    private static InvocationRequest Word(Target target, string session, string word) =>
        new(target.Endpoint, Encoding.UTF8.GetBytes($$"""{"requestType":"{{word}}"}"""))
        {
            ContentType = MediaTypes.Json, Accept = MediaTypes.Json, TargetVariant = target.Variant, SessionId = session,
        };
}
