using System.Globalization;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace MLOps.AwsSdk.Wire;

/// <summary>A rest-json request while its members are put in their places.</summary>
internal sealed class RestRequest(DefaultRequest request)
{
    public void Path(string name, string value) => request.AddPathResource($"{{{name}}}", value);

    public void Header(string name, string value) => request.Headers[name] = value;

    public void Query(string name, string value)
    {
        request.Parameters[name] = value;
        request.UseQueryString = true;
    }

    /// <summary>The body is the caller's bytes; the content type is the caller's too, or that of bytes.</summary>
    public void Blob(MemoryStream? body)
    {
        if (!request.Headers.ContainsKey("Content-Type"))
            request.Headers["Content-Type"] = "application/octet-stream";
        body ??= new MemoryStream();
        body.Position = 0;
        request.ContentStream = body;
        request.Headers["Content-Length"] = body.Length.ToString(CultureInfo.InvariantCulture);
    }

    public void Json(Action<Utf8JsonWriter> write)
    {
        request.Headers["Content-Type"] = "application/json";
        request.Content = JsonWire.ToBytes(write);
    }
}

/// <summary>Writes a request of the rest-json protocol.</summary>
internal sealed class RestRequestMarshaller<T>(ServiceWire service, string method, string path, Action<RestRequest, T> write)
    : IMarshaller<IRequest, AmazonWebServiceRequest>
    where T : AmazonWebServiceRequest
{
    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var request = service.NewRequest(input);
        request.HttpMethod = method;
        request.ResourcePath = path;
        write(new RestRequest(request), (T)input);
        return request;
    }
}

/// <summary>An answer of the rest-json protocol: its status, headers and body.</summary>
internal sealed class RestAnswer(JsonUnmarshallerContext context)
{
    public Stream Stream => context.Stream;

    public int Status => (int)context.ResponseData.StatusCode;

    public string? Header(string name) => context.ResponseData.IsHeaderPresent(name) ? context.ResponseData.GetHeaderValue(name) : null;

    public MemoryStream Blob() => new(JsonWire.ReadAll(context.Stream));

    public JsonElement Json() =>
        JsonWire.ReadAll(context.Stream) is { Length: > 0 } body ? JsonWire.Parse(body) : JsonSerializer.SerializeToElement(new { });
}

/// <summary>Reads an answer of the rest-json protocol. A streaming one is left open for whoever holds the response.</summary>
internal sealed class RestResponseUnmarshaller<T>(ServiceWire service, bool streams, Func<RestAnswer, T>? read, ErrorFactory errors)
    : JsonAnswerUnmarshaller(service, errors)
    where T : AmazonWebServiceResponse, new()
{
    public override bool HasStreamingProperty => streams;

    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input) => read is null ? new T() : read(new RestAnswer(input));

    protected override bool ShouldReadEntireResponse(IWebResponseData response, bool readEntireResponse) =>
        !streams && base.ShouldReadEntireResponse(response, readEntireResponse);
}
