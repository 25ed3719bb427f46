using MLOps.AwsSdk.Generator.Model;

namespace MLOps.AwsSdk.Generator.Emit;

/// <summary>Writes requests, responses and the structures that they hold.</summary>
internal sealed class ModelEmitter(ServiceDescription service, Naming naming)
{
    public string Emit()
    {
        var code = CodeWriter.File($"{naming.Namespace}.Model", "Amazon");
        foreach (var operation in service.Operations)
        {
            Class(code, operation.Request, naming.BaseRequest, operation.Input);
            Class(code, operation.Response, "AmazonWebServiceResponse", operation.Output);
        }
        foreach (var shape in service.Reached.Where(IsPlain))
            Class(code, naming.Class(shape), shape.IsEvent ? "Amazon.Runtime.EventStreams.IEventStreamEvent" : null, shape);
        return code.ToString();
    }

    internal static void Properties(CodeWriter code, Naming naming, ServiceDescription service, Shape shape)
    {
        foreach (var member in shape.Members)
        {
            var type = naming.PropertyType(shape, member);
            var start = Naming.IsCollection(service[member]) ? $" = AWSConfigs.InitializeCollections ? new {type}() : null;" : "";
            code.Line($"public {type} {Naming.Property(member.Name)} {{ get; set; }}{start}");
        }
    }

    private bool IsPlain(Shape shape) => shape.IsStructure && !shape.IsException && !shape.IsEventStream && service.Owner(shape) is null;

    private void Class(CodeWriter code, string name, string? parent, Shape? shape)
    {
        // An answer that streams holds a connection until it is disposed.
        var stream = shape?.Members.FirstOrDefault(m => service[m].IsEventStream);
        var parents = string.Join(", ", new[] { parent, stream is null || parent is null ? null : "IDisposable" }.Where(p => p is not null));
        using (code.Block($"public partial class {name}{(parents.Length > 0 ? " : " + parents : "")}"))
        {
            if (shape is not null)
                Properties(code, naming, service, shape);
            if (stream is not null)
                Dispose(code, Naming.Property(stream.Name));
        }
    }

    private static void Dispose(CodeWriter code, string stream)
    {
        code.Line("private bool disposed;");
        using (code.Block("public void Dispose()"))
        {
            code.Line("Dispose(true);");
            code.Line("GC.SuppressFinalize(this);");
        }
        using (code.Block("protected virtual void Dispose(bool disposing)"))
        {
            code.Line("if (disposing && !disposed)");
            code.Line($"    {stream}?.Dispose();");
            code.Line("disposed = true;");
        }
    }
}
