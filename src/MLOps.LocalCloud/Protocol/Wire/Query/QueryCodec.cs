using MLOps.LocalCloud.Protocol.Errors;
using MLOps.LocalCloud.Protocol.Wire.Xml;

namespace MLOps.LocalCloud.Protocol.Wire.Query;

/// <summary>The query protocol: form parameters in, XML out.</summary>
internal sealed class QueryCodec : IWireCodec
{
    public ValueTask<WireInput> ReadAsync(WireRequest request) =>
        ValueTask.FromResult(new WireInput(request.Operation.Input is { } shape ? QueryInputReader.ReadStructure(shape, request.Form!) : []));

    public Task WriteAsync(WireRequest request, OperationAnswer answer)
    {
        var operation = request.Operation;
        return XmlAnswer.SendAsync(request.Http, answer.Status ?? 200, "text/xml", xml =>
        {
            xml.WriteStartElement($"{operation.Name}Response", request.Service.XmlNamespace);
            if (operation.Output is { } shape)
            {
                xml.WriteStartElement(operation.ResultWrapper ?? $"{operation.Name}Result");
                XmlOutputWriter.WriteMembers(xml, shape, answer.Output);
                xml.WriteEndElement();
            }
            xml.WriteStartElement("ResponseMetadata");
            xml.WriteElementString("RequestId", request.RequestId);
            xml.WriteEndElement();
            xml.WriteEndElement();
        });
    }

    public Task WriteErrorAsync(HttpContext http, WireError error) => XmlAnswer.SendAsync(http, error.Status, "text/xml", xml =>
    {
        xml.WriteStartElement("ErrorResponse", error.Service?.XmlNamespace);
        xml.WriteStartElement("Error");
        xml.WriteElementString("Type", error.Fault);
        xml.WriteElementString("Code", error.Code);
        xml.WriteElementString("Message", error.Message);
        if (error.Shape is { } shape)
            XmlOutputWriter.WriteMembers(xml, shape, XmlErrors.WithoutMessage(error.Members));
        xml.WriteEndElement();
        xml.WriteElementString("RequestId", error.RequestId);
        xml.WriteEndElement();
    });
}
