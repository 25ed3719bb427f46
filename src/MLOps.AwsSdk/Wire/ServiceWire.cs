using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace MLOps.AwsSdk.Wire;

/// <summary>What the requests and answers of one service have in common on the wire.</summary>
internal sealed record ServiceWire(string Name, string ApiVersion)
{
    /// <summary>The prefix of the target header (JSON protocols).</summary>
    public string TargetPrefix { get; init; } = "";

    /// <summary>The content type of a request's body.</summary>
    public string ContentType { get; init; } = "";

    /// <summary>The service once spoke the query protocol and keeps its error codes.</summary>
    public bool QueryCompatible { get; init; }

    /// <summary>Makes the service's own exception of an error whose code is not modelled.</summary>
    public required Func<ErrorResponse, AmazonServiceException> BaseException { get; init; }

    /// <summary>A POST that carries the API version.</summary>
    public DefaultRequest NewRequest(AmazonWebServiceRequest input)
    {
        var request = new DefaultRequest(input, Name) { HttpMethod = "POST" };
        request.Headers["x-amz-api-version"] = ApiVersion;
        return request;
    }
}
