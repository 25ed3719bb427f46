using MLOps.AwsSdk.Generator.Model;

namespace MLOps.AwsSdk.Generator.Emit;

/// <summary>Writes the code that puts requests into paths, headers and bodies, and takes answers out of them (rest-json).</summary>
internal sealed class RestCodecEmitter(ServiceDescription service, Naming naming)
{
    private readonly JsonCodecEmitter json = new(service, naming);

    public string Emit()
    {
        var code = CodeWriter.File($"{naming.Namespace}.Model.Internal",
            "System.Text.Json", "Amazon.Runtime.Internal", "MLOps.AwsSdk.Wire", naming.Namespace, $"{naming.Namespace}.Model");
        using (code.Block($"internal static partial class {naming.Codec}"))
        {
            foreach (var operation in service.Operations)
            {
                if (operation.Input is not null)
                    Write(code, operation, operation.Input);
                if (operation.Output is { Members.Count: > 0 })
                    Read(code, operation, operation.Output);
            }
        }
        return code.ToString();
    }

    private static IEnumerable<Member> InBody(Shape shape) => shape.Members.Where(m => m.Location is null);

    private void Write(CodeWriter code, Operation operation, Shape shape)
    {
        using (code.Block($"public static void Write{operation.Request}(RestRequest target, {operation.Request} value)"))
        {
            foreach (var member in shape.Members.Where(m => m.Location is not null))
                WriteLocated(code, operation, member);
            if (shape.Members.FirstOrDefault(m => m.Name == shape.Payload) is { } payload)
            {
                var property = $"value.{Naming.Property(payload.Name)}";
                code.Line(service[payload].IsBlob
                    ? $"target.Blob({property});"
                    : $"if ({property} != null) target.Json(writer => Write{naming.Class(service[payload])}(writer, {property}));");
            }
            else if (InBody(shape).Any())
            {
                using (code.Block("target.Json(writer =>", "});"))
                {
                    code.Line("writer.WriteStartObject();");
                    json.WriteMembers(code, shape, InBody(shape));
                    code.Line("writer.WriteEndObject();");
                }
            }
        }
    }

    private void WriteLocated(CodeWriter code, Operation operation, Member member)
    {
        var shape = service[member];
        var property = $"value.{Naming.Property(member.Name)}";
        var text = shape.Type is "string" ? $"(string){property}" : $"{property}.Value";
        if (Naming.IsCollection(shape))
            throw new FormatException($"{operation.Name}.{member.Name}: collections in headers and query strings are not supported");
        var isTime = shape.Type == "timestamp" && member.Location == "header";
        var value = isTime ? $"WireText.HttpDate({text})" : $"WireText.Of({text})";
        switch (member.Location)
        {
            case "uri":
                code.Line($"if ({property} == null) throw new {naming.BaseException}(\"Request object does not have required field {Naming.Property(member.Name)} set\");");
                code.Line($"target.Path({Naming.Literal(member.WireName)}, {value});");
                break;
            case "header":
                code.Line($"if ({property} != null) target.Header({Naming.Literal(member.WireName)}, {value});");
                break;
            case "querystring":
                code.Line($"if ({property} != null) target.Query({Naming.Literal(member.WireName)}, {value});");
                break;
            default:
                throw new FormatException($"{operation.Name}.{member.Name}: the location {member.Location} is not supported");
        }
    }

    private void Read(CodeWriter code, Operation operation, Shape shape)
    {
        using (code.Block($"public static {operation.Response} Read{operation.Response}(RestAnswer answer)"))
        {
            code.Line($"var value = new {operation.Response}();");
            foreach (var member in shape.Members.Where(m => m.Location is not null))
                ReadLocated(code, operation, member);
            if (shape.Members.FirstOrDefault(m => m.Name == shape.Payload) is { } payload)
                code.Line($"value.{Naming.Property(payload.Name)} = {ReadPayload(service[payload])};");
            else if (InBody(shape).Any())
            {
                code.Line("var element = answer.Json();");
                json.ReadMembers(code, shape, InBody(shape));
            }
            code.Line("return value;");
        }
    }

    private string ReadPayload(Shape shape) =>
        shape.IsEventStream ? $"new {naming.Class(shape)}(answer.Stream)"
        : shape.IsBlob ? "answer.Blob()"
        : $"Read{naming.Class(shape)}(answer.Json())";

    private void ReadLocated(CodeWriter code, Operation operation, Member member)
    {
        var property = $"value.{Naming.Property(member.Name)}";
        var shape = service[member];
        if (member.Location == "statusCode")
        {
            code.Line($"{property} = answer.Status;");
            return;
        }
        if (member.Location != "header")
            throw new FormatException($"{operation.Name}.{member.Name}: the location {member.Location} is not supported in answers");
        var read = shape.Type switch
        {
            "string" => shape.IsEnum ? $"{naming.Type(shape, insideCollection: false)}.FindValue(text)" : "text",
            "boolean" => "WireText.Bool(text)",
            "integer" => "WireText.Int(text)",
            "long" => "WireText.Long(text)",
            "float" => "(float)WireText.Double(text)",
            "double" => "WireText.Double(text)",
            "timestamp" => "WireTime.Parse(text)",
            _ => throw new FormatException($"{operation.Name}.{member.Name}: a {shape.Type} in a header is not supported"),
        };
        using (code.Block(""))
            code.Line($"if (answer.Header({Naming.Literal(member.WireName)}) is {{ }} text) {property} = {read};");
    }
}
