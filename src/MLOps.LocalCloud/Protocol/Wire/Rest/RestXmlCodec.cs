using System.Text.Json.Nodes;
using System.Xml.Linq;
using MLOps.LocalCloud.Protocol.Errors;
using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Wire.Xml;

namespace MLOps.LocalCloud.Protocol.Wire.Rest;

/// <summary>rest-xml: S3.</summary>
internal sealed class RestXmlCodec : RestCodec
{
    private const string S3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    // The descriptions name shapes, not the elements that S3 answers with.
    private static readonly Dictionary<string, string> Roots = new(StringComparer.Ordinal)
    {
        ["ListBuckets"] = "ListAllMyBucketsResult", ["ListObjects"] = "ListBucketResult", ["ListObjectsV2"] = "ListBucketResult",
        ["ListObjectVersions"] = "ListVersionsResult", ["DeleteObjects"] = "DeleteResult", ["GetBucketVersioning"] = "VersioningConfiguration",
        ["GetBucketTagging"] = "Tagging", ["GetObjectTagging"] = "Tagging", ["CreateMultipartUpload"] = "InitiateMultipartUploadResult",
    };

    public override Task WriteErrorAsync(HttpContext http, WireError error) => XmlAnswer.SendAsync(http, error.Status, "application/xml", xml =>
    {
        xml.WriteStartElement("Error");
        xml.WriteElementString("Code", error.Code);
        xml.WriteElementString("Message", error.Message);
        foreach (var (name, value) in XmlErrors.WithoutMessage(error.Members))
            if (value is JsonValue)
                xml.WriteElementString(name, Canonical.Text(value));
        xml.WriteElementString("Resource", http.Request.Path.Value);
        xml.WriteElementString("RequestId", error.RequestId);
        xml.WriteElementString("HostId", error.RequestId);
        xml.WriteEndElement();
    });

    protected override void ReadBody(ApiShape input, ReadOnlyMemory<byte> body, JsonObject members)
    {
        var root = XmlInputReader.Parse(body);
        if (input.Payload is { } payload)
        {
            if (root.Name.LocalName != payload.WireName && root.Name.LocalName != payload.Shape.Name)
                throw XmlInputReader.Malformed();
            members[payload.Name] = XmlInputReader.ReadStructure(payload.Shape, root);
        }
        else
            foreach (var (name, value) in XmlInputReader.ReadStructure(input, root).ToArray())
                members[name] = value?.DeepClone();
    }

    protected override async Task WriteBodyAsync(WireRequest request, ApiShape? output, JsonObject members, int status)
    {
        var payload = output?.Payload;
        if (output is null || (payload is null ? output.ByWireName.Count == 0 : members[payload.Name] is null))
        {
            using var empty = new PooledBuffer();
            await empty.SendAsync(request.Http, status, null);
            return;
        }
        await XmlAnswer.SendAsync(request.Http, status, "application/xml", xml =>
        {
            if (request.Operation.Name == "GetBucketLocation")
            {
                // The one answer of S3 whose root is its member.
                xml.WriteElementString("LocationConstraint", S3Namespace, members["LocationConstraint"] is { } place ? Canonical.Text(place) : "");
                return;
            }
            xml.WriteStartElement(payload?.Shape.Name ?? Roots.GetValueOrDefault(request.Operation.Name, $"{request.Operation.Name}Result"), S3Namespace);
            XmlOutputWriter.WriteMembers(xml, payload?.Shape ?? output, payload is null ? members : members[payload.Name]!.AsObject());
            xml.WriteEndElement();
        });
    }

    protected override AwsException InvalidValue(ApiMember member, string text)
    {
        var problem = member.Shape.IsNumber ? "not an integer or within integer range" : "not a valid value";
        return new AwsException("InvalidArgument", $"Provided {member.WireName} {problem}")
        {
            Members = new JsonObject { ["ArgumentName"] = member.WireName, ["ArgumentValue"] = text },
        };
    }
}
