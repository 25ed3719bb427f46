using MLOps.AwsSdk.Generator.Model;

namespace MLOps.AwsSdk.Generator.Emit;

/// <summary>Writes the modelled exceptions.</summary>
internal sealed class ExceptionEmitter(ServiceDescription service, Naming naming)
{
    // AmazonServiceException already has these.
    private static readonly string[] Inherited = ["message", "errorcode"];

    public string Emit()
    {
        var code = CodeWriter.File($"{naming.Namespace}.Model", "Amazon", naming.Namespace);
        // Two shapes can share one class: ResourceNotFound and ResourceNotFoundException.
        foreach (var shape in Distinct(service, naming))
        {
            var name = naming.Class(shape);
            using (code.Block($"public partial class {name} : {naming.BaseException}"))
            {
                Constructors(code, name, "innerException");
                foreach (var member in OwnMembers(shape))
                {
                    var type = naming.PropertyType(shape, member);
                    var start = Naming.IsCollection(service[member]) ? $" = AWSConfigs.InitializeCollections ? new {type}() : null;" : "";
                    code.Line($"public {type} {Naming.Property(member.Name)} {{ get; set; }}{start}");
                }
            }
        }
        return code.ToString();
    }

    internal static IEnumerable<Shape> Distinct(ServiceDescription service, Naming naming) =>
        service.Exceptions.GroupBy(naming.Class).Select(g => g.OrderByDescending(s => s.Members.Count).First());

    internal static IEnumerable<Member> OwnMembers(Shape exception) =>
        exception.Members.Where(m => !Inherited.Contains(m.Name.ToLowerInvariant()));

    internal static void Constructors(CodeWriter code, string name, string ofInner)
    {
        code.Line($"public {name}() : base() {{ }}");
        code.Line($"public {name}(string message) : base(message) {{ }}");
        code.Line($"public {name}(string message, Exception innerException) : base(message, innerException) {{ }}");
        code.Line($"public {name}(Exception innerException) : base({ofInner}) {{ }}");
        code.Line($"public {name}(string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, System.Net.HttpStatusCode statusCode) : base(message, innerException, errorType, errorCode, requestId, statusCode) {{ }}");
        code.Line($"public {name}(string message, ErrorType errorType, string errorCode, string requestId, System.Net.HttpStatusCode statusCode) : base(message, errorType, errorCode, requestId, statusCode) {{ }}");
    }
}
