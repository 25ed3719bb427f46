using MLOps.AwsSdk.Generator.Model;

namespace MLOps.AwsSdk.Generator.Emit;

/// <summary>Writes the code that turns structures into JSON and back (JSON protocols and rest-json).</summary>
internal sealed class JsonCodecEmitter(ServiceDescription service, Naming naming)
{
    public string Emit()
    {
        var code = CodeWriter.File($"{naming.Namespace}.Model.Internal",
            "System.Text.Json", "Amazon.Runtime.Internal", "MLOps.AwsSdk.Wire", naming.Namespace, $"{naming.Namespace}.Model");
        var rest = service.Protocol == Protocol.RestJson;
        using (code.Block($"internal static partial class {naming.Codec}"))
        {
            foreach (var shape in service.Reached.Where(s => s.IsStructure && !s.IsEventStream && !s.IsException))
            {
                var isOwned = service.Owner(shape) is not null;
                if (service.IsSent(shape) && !(rest && isOwned))
                    Write(code, shape);
                if (service.IsReceived(shape) && !(rest && isOwned))
                    Read(code, shape);
            }
            foreach (var shape in ExceptionEmitter.Distinct(service, naming))
                ReadException(code, shape);
        }
        return code.ToString();
    }

    /// <summary>Statements that write members which are in the body.</summary>
    internal void WriteMembers(CodeWriter code, Shape shape, IEnumerable<Member> members)
    {
        foreach (var member in members)
        {
            var property = $"value.{Naming.Property(member.Name)}";
            var target = service[member];
            var name = $"writer.WritePropertyName({Naming.Literal(member.WireName)});";
            using (code.Block($"if ({IsSet(property, target)})"))
            {
                code.Line(name);
                if (naming.IsMilliseconds(shape, member))
                    code.Line($"writer.WriteNumberValue(JsonWire.ToEpochMilliseconds({property}.Value));");
                else
                    WriteValue(code, target, member, Naming.IsValueType(target) ? property + ".Value" : property, 0);
            }
            if (member.IsIdempotencyToken)
            {
                using (code.Block("else"))
                {
                    code.Line(name);
                    code.Line("writer.WriteStringValue(Guid.NewGuid().ToString());");
                }
            }
        }
    }

    /// <summary>Cases that read members which are in the body, in a loop over <c>property</c>.</summary>
    internal void ReadMembers(CodeWriter code, Shape shape, IEnumerable<Member> members)
    {
        using (code.Block("foreach (var property in element.EnumerateObject())"))
        {
            code.Line("if (property.Value.ValueKind == JsonValueKind.Null)");
            code.Line("    continue;");
            using (code.Block("switch (property.Name)"))
            {
                foreach (var member in members)
                {
                    var read = naming.IsMilliseconds(shape, member)
                        ? "JsonWire.FromEpochMilliseconds(property.Value)"
                        : ReadValue(service[member], "property.Value", insideCollection: false);
                    code.Line($"case {Naming.Literal(member.WireName)}: value.{Naming.Property(member.Name)} = {read}; break;");
                }
            }
        }
    }

    private static string IsSet(string property, Shape shape) =>
        Naming.IsCollection(shape) ? $"JsonWire.IsSet({property})" : $"{property} != null";

    private void Write(CodeWriter code, Shape shape)
    {
        using (code.Block($"public static void Write{naming.Class(shape)}(Utf8JsonWriter writer, {naming.Class(shape)} value)"))
        {
            code.Line("writer.WriteStartObject();");
            WriteMembers(code, shape, shape.Members);
            code.Line("writer.WriteEndObject();");
        }
    }

    private void WriteValue(CodeWriter code, Shape shape, Member member, string value, int depth)
    {
        var item = $"item{depth}";
        switch (shape.Type)
        {
            case "structure":
                code.Line($"Write{naming.Class(shape)}(writer, {value});");
                break;
            case "list":
                code.Line("writer.WriteStartArray();");
                using (code.Block($"foreach (var {item} in {value})"))
                    WriteValue(code, service[shape.Item], shape.Item, item, depth + 1);
                code.Line("writer.WriteEndArray();");
                break;
            case "map":
                code.Line("writer.WriteStartObject();");
                using (code.Block($"foreach (var {item} in {value})"))
                {
                    code.Line($"writer.WritePropertyName({item}.Key);");
                    WriteValue(code, service[shape.Value], shape.Value, item + ".Value", depth + 1);
                }
                code.Line("writer.WriteEndObject();");
                break;
            default:
                code.Line(WriteScalar(shape, member, value));
                break;
        }
    }

    private static string WriteScalar(Shape shape, Member member, string value) => shape.Type switch
    {
        "boolean" => $"writer.WriteBooleanValue({value});",
        "integer" or "long" => $"writer.WriteNumberValue({value});",
        "float" or "double" => $"JsonWire.WriteDouble(writer, {value});",
        "timestamp" => (member.TimestampFormat ?? shape.TimestampFormat) is null or "unixTimestamp"
            ? $"JsonWire.WriteTimestamp(writer, {value});"
            : $"writer.WriteStringValue(WireTime.Format({value}));",
        "blob" => $"JsonWire.WriteBlob(writer, {value});",
        _ => $"writer.WriteStringValue((string){value});",
    };

    private void Read(CodeWriter code, Shape shape)
    {
        var name = naming.Class(shape);
        using (code.Block($"public static {name} Read{name}(JsonElement element)"))
        {
            code.Line("if (element.ValueKind == JsonValueKind.Null)");
            code.Line("    return null;");
            code.Line($"var value = new {name}();");
            ReadMembers(code, shape, shape.Members);
            code.Line("return value;");
        }
    }

    private void ReadException(CodeWriter code, Shape shape)
    {
        var name = naming.Class(shape);
        using (code.Block($"public static {name} Read{name}(ErrorResponse error, JsonElement element)"))
        {
            code.Line($"var value = new {name}(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode);");
            ReadMembers(code, shape, ExceptionEmitter.OwnMembers(shape));
            code.Line("return value;");
        }
    }

    internal string ReadValue(Shape shape, string element, bool insideCollection) => shape.Type switch
    {
        "structure" => $"Read{naming.Class(shape)}({element})",
        "list" => $"JsonWire.List({element}, {Reader(service[shape.Item])})",
        "map" => $"JsonWire.Map({element}, {Reader(service[shape.Value])})",
        "boolean" => $"JsonWire.Bool({element})",
        "integer" => $"JsonWire.Int({element})",
        "long" => $"JsonWire.Long({element})",
        "float" => $"JsonWire.Float({element})",
        "double" => $"JsonWire.Double({element})",
        "timestamp" => $"JsonWire.Timestamp({element})",
        "blob" => $"JsonWire.Blob({element})",
        _ when shape.IsEnum && !insideCollection => $"{naming.Type(shape, insideCollection: false)}.FindValue(JsonWire.Text({element}))",
        _ => $"JsonWire.Text({element})",
    };

    private string Reader(Shape shape) => $"e => {ReadValue(shape, "e", insideCollection: true)}";
}
