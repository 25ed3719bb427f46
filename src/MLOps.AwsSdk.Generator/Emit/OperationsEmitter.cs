using MLOps.AwsSdk.Generator.Model;

namespace MLOps.AwsSdk.Generator.Emit;

/// <summary>Writes the table that joins each operation to its marshaller, unmarshaller and errors.</summary>
internal sealed class OperationsEmitter(ServiceDescription service, Naming naming)
{
    public string Emit()
    {
        var code = CodeWriter.File($"{naming.Namespace}.Model.Internal", "Amazon.Runtime.Internal", "Amazon.Runtime.Internal.Transform", "MLOps.AwsSdk.Wire", naming.Namespace);
        using (code.Block($"internal static class {naming.Service}Operations"))
        {
            using (code.Block($"private static readonly ServiceWire wire = new({Naming.Literal(naming.Namespace)}, {Naming.Literal(service.ApiVersion)})", "};"))
            {
                code.Line($"TargetPrefix = {Naming.Literal(service.TargetPrefix)},");
                code.Line($"ContentType = {Naming.Literal(ContentType)},");
                code.Line($"QueryCompatible = {(service.QueryCompatible ? "true" : "false")},");
                code.Line($"BaseException = e => new {naming.BaseException}(e.Message, e.InnerException, e.Type, e.Code, e.RequestId, e.StatusCode),");
            }
            foreach (var operation in service.Operations)
            {
                code.Line("");
                code.Line($"public static IMarshaller<IRequest, AmazonWebServiceRequest> {operation.Name}Request {{ get; }} = {Marshaller(operation)};");
                code.Line($"public static ResponseUnmarshaller {operation.Name}Response {{ get; }} = {Unmarshaller(operation)};");
                Errors(code, operation);
            }
        }
        return code.ToString();
    }

    private string ContentType => service.Protocol switch
    {
        Protocol.Json => $"application/x-amz-json-{service.JsonVersion}",
        Protocol.Query => "application/x-www-form-urlencoded; charset=utf-8",
        _ => "application/json",
    };

    private string Marshaller(Operation operation)
    {
        var write = operation.Input is null ? "(_, _) => { }" : $"{naming.Codec}.Write{operation.Request}";
        var name = Naming.Literal(operation.Name);
        return service.Protocol switch
        {
            Protocol.Json => $"new JsonRequestMarshaller<Model.{operation.Request}>(wire, {name}, {(operation.Input is null ? "(w, _) => { w.WriteStartObject(); w.WriteEndObject(); }" : write)})",
            Protocol.Query => $"new QueryRequestMarshaller<Model.{operation.Request}>(wire, {name}, {write})",
            _ => $"new RestRequestMarshaller<Model.{operation.Request}>(wire, {Naming.Literal(operation.HttpMethod)}, {Naming.Literal(operation.RequestUri)}, {write})",
        };
    }

    private string Unmarshaller(Operation operation)
    {
        // An operation can have an output shape without members; then there is nothing to read.
        var read = operation.Output is { Members.Count: > 0 } ? $"{naming.Codec}.Read{operation.Response}" : "null";
        var streams = operation.Output?.Members.Any(m => service[m].IsEventStream) == true ? "true" : "false";
        return service.Protocol switch
        {
            Protocol.Json => $"new JsonResponseUnmarshaller<Model.{operation.Response}>(wire, {read}, {operation.Name}Error)",
            Protocol.Query => $"new QueryResponseUnmarshaller<Model.{operation.Response}>(wire, {(operation.ResultWrapper is { } wrapper ? Naming.Literal(wrapper) : "null")}, {read}, {operation.Name}Error)",
            _ => $"new RestResponseUnmarshaller<Model.{operation.Response}>(wire, {streams}, {read}, {operation.Name}Error)",
        };
    }

    private void Errors(CodeWriter code, Operation operation)
    {
        var body = service.Protocol == Protocol.Query ? "System.Xml.Linq.XElement" : "System.Text.Json.JsonElement";
        using (code.Block($"private static AmazonServiceException {operation.Name}Error(string code, ErrorResponse error, {body} body) => code switch", "};"))
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var shape in operation.Errors)
            {
                foreach (var wireCode in new[] { shape.ErrorCode, shape.Name }.Where(seen.Add))
                    code.Line($"{Naming.Literal(wireCode)} => {naming.Codec}.Read{naming.Class(shape)}(error, body),");
            }
            code.Line("_ => null,");
        }
    }
}
