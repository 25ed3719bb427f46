using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;

namespace MLOps.AwsSdk.Wire;

/// <summary>Makes a typed exception of an error, or null where its code is not modelled for the operation.</summary>
internal delegate AmazonServiceException? ErrorFactory(string code, ErrorResponse error, JsonElement body);

/// <summary>Writes a request of the JSON protocols: a target header and one JSON object.</summary>
/// <typeparam name="T">The request.</typeparam>
internal sealed class JsonRequestMarshaller<T>(ServiceWire service, string operation, Action<Utf8JsonWriter, T> write)
    : IMarshaller<IRequest, AmazonWebServiceRequest>
    where T : AmazonWebServiceRequest
{
    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var request = service.NewRequest(input);
        request.Headers["X-Amz-Target"] = $"{service.TargetPrefix}.{operation}";
        request.Headers["Content-Type"] = service.ContentType;
        if (service.QueryCompatible)
            request.Headers["x-amzn-query-mode"] = "true";
        request.ResourcePath = "/";
        request.Content = JsonWire.ToBytes(writer => write(writer, (T)input));
        return request;
    }
}

/// <summary>Reads the answer of a JSON or rest-json operation.</summary>
internal abstract class JsonAnswerUnmarshaller(ServiceWire service, ErrorFactory errors) : JsonResponseUnmarshaller
{
    public override AmazonServiceException UnmarshallException(JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var reader = new StreamingUtf8JsonReader(input.Stream, Amazon.AWSConfigs.StreamingUtf8JsonReaderBufferSize ?? 4096, input.JsonMaxDepth);
        var error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(input, ref reader);
        error.InnerException = innerException;
        error.StatusCode = statusCode;
        var code = error.Code;
        // Services that once spoke the query protocol keep their old codes in a header; types go by the new ones.
        if (service.QueryCompatible)
            AwsQueryCompatibleErrorHandler.ApplyQueryErrorHeader(error, input.ResponseData);
        return (code is null ? null : errors(code, error, JsonWire.ParseOrEmpty(input.GetResponseBodyBytes()))) ?? service.BaseException(error);
    }
}

/// <summary>Reads an answer that is one JSON object, or nothing where the operation answers no members.</summary>
internal sealed class JsonResponseUnmarshaller<T>(ServiceWire service, Func<JsonElement, T>? read, ErrorFactory errors)
    : JsonAnswerUnmarshaller(service, errors)
    where T : AmazonWebServiceResponse, new()
{
    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        if (read is null)
            return new T();
        var body = JsonWire.ReadAll(input.Stream);
        return body.Length == 0 ? new T() : read(JsonWire.Parse(body));
    }
}
