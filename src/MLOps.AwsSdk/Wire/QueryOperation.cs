using System.Net;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace MLOps.AwsSdk.Wire;

/// <summary>Makes a typed exception of an error, or null where its code is not modelled for the operation.</summary>
internal delegate AmazonServiceException? XmlErrorFactory(string code, ErrorResponse error, XElement body);

/// <summary>Writes a request of the query protocol: form parameters, of which one names the operation.</summary>
internal sealed class QueryRequestMarshaller<T>(ServiceWire service, string operation, Action<IDictionary<string, string>, string, T> write)
    : IMarshaller<IRequest, AmazonWebServiceRequest>
    where T : AmazonWebServiceRequest
{
    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        // Core itself turns the parameters into the body.
        var request = new DefaultRequest(input, service.Name);
        request.Parameters["Action"] = operation;
        request.Parameters["Version"] = service.ApiVersion;
        write(request.Parameters, "", (T)input);
        return request;
    }
}

/// <summary>Reads the answer of a query operation: an XML document with the members inside a wrapper.</summary>
internal sealed class QueryResponseUnmarshaller<T>(ServiceWire service, string? wrapper, Func<XElement, T>? read, XmlErrorFactory errors) : XmlResponseUnmarshaller
    where T : AmazonWebServiceResponse, new()
{
    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext input)
    {
        var root = XmlWire.ParseOrEmpty(JsonWire.ReadAll(input.Stream));
        var result = wrapper is null ? root : XmlWire.Child(root, wrapper);
        var response = result is null || read is null ? new T() : read(result);
        response.ResponseMetadata = new ResponseMetadata { RequestId = XmlWire.Child(XmlWire.Child(root, "ResponseMetadata"), "RequestId")?.Value };
        return response;
    }

    public override AmazonServiceException UnmarshallException(XmlUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var error = XmlErrorResponseUnmarshaller.GetInstance().Unmarshall(input);
        error.InnerException = innerException;
        error.StatusCode = statusCode;
        if (error.Code is null)
            return service.BaseException(error);
        var root = XmlWire.ParseErrorOrEmpty(input.GetResponseBodyBytes());
        return errors(error.Code, error, XmlWire.Child(root, "Error") ?? root) ?? service.BaseException(error);
    }
}

/// <summary>What generated code needs to read XML. Namespaces are not looked at: services differ in them.</summary>
internal static class XmlWire
{
    public static XElement? Child(XElement? element, string name) => element?.Elements().FirstOrDefault(e => e.Name.LocalName == name);

    public static List<T> List<T>(XElement element, Func<XElement, T> read) => [.. element.Elements().Select(read)];

    public static Dictionary<string, T> Map<T>(XElement element, string key, string value, Func<XElement, T> read)
    {
        var map = new Dictionary<string, T>();
        foreach (var entry in element.Elements())
        {
            if (Child(entry, key) is { } k && Child(entry, value) is { } v)
                map[k.Value] = read(v);
        }
        return map;
    }

    /// <exception cref="XmlException">The body is neither empty nor XML.</exception>
    public static XElement ParseOrEmpty(byte[] body)
    {
        if (body.Length == 0)
            return new XElement("Empty");
        using var stream = new MemoryStream(body);
        return XElement.Load(stream);
    }

    /// <summary>The body as XML; an empty element where it is none, as an error page from a proxy.</summary>
    public static XElement ParseErrorOrEmpty(byte[] body)
    {
        try
        {
            return ParseOrEmpty(body);
        }
        catch (XmlException)
        {
            return new XElement("Empty");
        }
    }
}
