using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Endpoints;

/// <summary>What an endpoint would refuse is refused before it is sent, in words that say what to do.</summary>
internal static class InvocationCheck
{
    private const int MaxAttributes = 1024;
    private const int MaxId = 64;

    /// <exception cref="CloudException"><see cref="CloudFaultKind.Invalid"/>.</exception>
    public static void Check(InvocationRequest request, int mostBytes = IEndpointInvoker.MaxBodyBytes, bool streams = false)
    {
        if (request.Body.Length > mostBytes)
            throw Invalid($"The body has {request.Body.Length:N0} bytes; an endpoint takes at most {mostBytes:N0}.");
        if (request.CustomAttributes.Length > MaxAttributes)
            throw Invalid($"The custom attributes have {request.CustomAttributes.Length:N0} characters; an endpoint takes at most {MaxAttributes:N0}.");
        foreach (var (value, what) in ((string, string)[])[
            (request.CustomAttributes, "Custom attributes"), (request.ContentType, "The content type"), (request.Accept, "Accept"),
            (request.TargetModel, "The target model"), (request.TargetVariant, "The variant"), (request.SessionId, "The session id")])
        {
            if (value.Any(c => c is < ' ' or > '~'))
                throw Invalid($"{what} travels in a header: it takes printable ASCII characters only.");
        }
        if (streams && request.SessionId == InvocationRequest.NewSession)
            throw Invalid("An answer that streams cannot open a session. Open it by a request with one answer, then send its id.");
        if (request.InferenceId.Length > MaxId || request.InferenceId.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not (',' or '.' or '-' or '_')))
            throw Invalid($"The inference id takes at most {MaxId} letters, digits, commas, dots, underscores and hyphens.");
    }

    private static CloudException Invalid(string message) => new(new CloudFault(CloudFaultKind.Invalid, message));
}
