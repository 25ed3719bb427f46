using MLOps.AwsSdk.Generator.Model;

namespace MLOps.AwsSdk.Generator.Emit;

/// <summary>Writes the code that turns structures into form parameters, and XML into structures (query protocol).</summary>
internal sealed class QueryCodecEmitter(ServiceDescription service, Naming naming)
{
    public string Emit()
    {
        var code = CodeWriter.File($"{naming.Namespace}.Model.Internal",
            "System.Xml.Linq", "Amazon.Runtime.Internal", "MLOps.AwsSdk.Wire", naming.Namespace, $"{naming.Namespace}.Model");
        using (code.Block($"internal static partial class {naming.Codec}"))
        {
            foreach (var shape in service.Reached.Where(s => s.IsStructure && !s.IsException))
            {
                if (service.IsSent(shape))
                    Write(code, shape);
                if (service.IsReceived(shape))
                    Read(code, shape);
            }
            foreach (var shape in ExceptionEmitter.Distinct(service, naming))
                ReadException(code, shape);
        }
        return code.ToString();
    }

    private void Write(CodeWriter code, Shape shape)
    {
        var name = naming.Class(shape);
        using (code.Block($"public static void Write{name}(IDictionary<string, string> parameters, string prefix, {name} value)"))
        {
            foreach (var member in shape.Members)
            {
                var target = service[member];
                var property = $"value.{Naming.Property(member.Name)}";
                var key = $"prefix + {Naming.Literal(member.WireName)}";
                using (code.Block($"if ({(Naming.IsCollection(target) ? $"JsonWire.IsSet({property})" : $"{property} != null")})"))
                    WriteValue(code, target, Naming.IsValueType(target) ? property + ".Value" : property, key, 0);
                if (member.IsIdempotencyToken)
                    code.Line($"else parameters[{key}] = Guid.NewGuid().ToString();");
            }
        }
    }

    private void WriteValue(CodeWriter code, Shape shape, string value, string key, int depth)
    {
        switch (shape.Type)
        {
            case "structure":
                code.Line($"Write{naming.Class(shape)}(parameters, {key} + \".\", {value});");
                break;
            case "list":
                var wrapper = shape.IsFlattened ? "." : $".{shape.Item.WireName}.";
                Each(code, value, depth, n => WriteValue(code, service[shape.Item], $"item{depth}", $"{key} + {Naming.Literal(wrapper)} + {n}", depth + 1));
                code.Line($"if (n{depth} == 0)");
                code.Line($"    parameters[{key}] = \"\";");
                break;
            case "map":
                var entry = shape.IsFlattened ? "." : ".entry.";
                Each(code, value, depth, n =>
                {
                    code.Line($"parameters[{key} + {Naming.Literal(entry)} + {n} + {Naming.Literal("." + shape.Key.WireName)}] = item{depth}.Key;");
                    WriteValue(code, service[shape.Value], $"item{depth}.Value", $"{key} + {Naming.Literal(entry)} + {n} + {Naming.Literal("." + shape.Value.WireName)}", depth + 1);
                });
                break;
            default:
                code.Line($"parameters[{key}] = WireText.Of({(shape.Type is "string" ? "(string)" : "")}{value});");
                break;
        }
    }

    private static void Each(CodeWriter code, string value, int depth, Action<string> item)
    {
        code.Line($"var n{depth} = 0;");
        using (code.Block($"foreach (var item{depth} in {value})"))
        {
            code.Line($"n{depth}++;");
            item($"n{depth}");
        }
    }

    private void Read(CodeWriter code, Shape shape)
    {
        var name = naming.Class(shape);
        using (code.Block($"public static {name} Read{name}(XElement element)"))
        {
            code.Line($"var value = new {name}();");
            ReadMembers(code, shape.Members);
            code.Line("return value;");
        }
    }

    private void ReadException(CodeWriter code, Shape shape)
    {
        var name = naming.Class(shape);
        using (code.Block($"public static {name} Read{name}(ErrorResponse error, XElement element)"))
        {
            code.Line($"var value = new {name}(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode);");
            ReadMembers(code, ExceptionEmitter.OwnMembers(shape));
            code.Line("return value;");
        }
    }

    private void ReadMembers(CodeWriter code, IEnumerable<Member> members)
    {
        using (code.Block("foreach (var child in element.Elements())"))
        using (code.Block("switch (child.Name.LocalName)"))
        {
            foreach (var member in members)
            {
                var shape = service[member];
                var property = $"value.{Naming.Property(member.Name)}";
                if (shape.IsList && shape.IsFlattened)
                    code.Line($"case {Naming.Literal(shape.Item.OwnWireName ?? member.WireName)}: ({property} ??= new()).Add({ReadValue(service[shape.Item], "child", insideCollection: true)}); break;");
                else
                    code.Line($"case {Naming.Literal(member.WireName)}: {property} = {ReadValue(shape, "child", insideCollection: false)}; break;");
            }
        }
    }

    private string ReadValue(Shape shape, string element, bool insideCollection) => shape.Type switch
    {
        "structure" => $"Read{naming.Class(shape)}({element})",
        "list" => $"XmlWire.List({element}, e => {ReadValue(service[shape.Item], "e", insideCollection: true)})",
        "map" => $"XmlWire.Map({element}, {Naming.Literal(shape.Key.WireName)}, {Naming.Literal(shape.Value.WireName)}, e => {ReadValue(service[shape.Value], "e", insideCollection: true)})",
        "boolean" => $"WireText.Bool({element}.Value)",
        "integer" => $"WireText.Int({element}.Value)",
        "long" => $"WireText.Long({element}.Value)",
        "float" => $"(float)WireText.Double({element}.Value)",
        "double" => $"WireText.Double({element}.Value)",
        "timestamp" => $"WireTime.Parse({element}.Value)",
        "blob" => $"WireText.Blob({element}.Value)",
        _ when shape.IsEnum && !insideCollection => $"{naming.Type(shape, insideCollection: false)}.FindValue({element}.Value)",
        _ => $"{element}.Value",
    };
}
