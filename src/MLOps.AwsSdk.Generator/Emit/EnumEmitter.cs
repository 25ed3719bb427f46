using MLOps.AwsSdk.Generator.Model;

namespace MLOps.AwsSdk.Generator.Emit;

/// <summary>Writes enums: classes of constants, so that a value which came later than this code survives.</summary>
internal sealed class EnumEmitter(ServiceDescription service, Naming naming)
{
    public string Emit()
    {
        var code = CodeWriter.File(naming.Namespace);
        foreach (var shape in service.Reached.Where(s => s.IsEnum))
            Enum(code, naming.Type(shape, insideCollection: false), shape.EnumValues);
        return code.ToString();
    }

    private static void Enum(CodeWriter code, string name, IEnumerable<string> values)
    {
        using (code.Block($"public partial class {name} : ConstantClass"))
        {
            foreach (var value in values.GroupBy(Naming.EnumField).Select(g => g.First()))
                code.Line($"public static readonly {name} {Naming.EnumField(value)} = new {name}({Naming.Literal(value)});");
            code.Line($"public {name}(string value) : base(value) {{ }}");
            code.Line($"public static {name} FindValue(string value) => FindValue<{name}>(value);");
            code.Line($"public static implicit operator {name}(string value) => FindValue(value);");
        }
    }
}
