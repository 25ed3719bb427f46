using MLOps.AwsSdk.Generator.Model;

namespace MLOps.AwsSdk.Generator.Emit;

/// <summary>Writes the paginators and their factory.</summary>
internal sealed class PaginatorEmitter(ServiceDescription service, Naming naming)
{
    private IEnumerable<Operation> Paged => service.Operations.Where(o => o.Paginator is not null);

    public string? Emit()
    {
        if (!Paged.Any())
            return null;
        var code = CodeWriter.File($"{naming.Namespace}.Model",
            "System.Linq", "System.Runtime.CompilerServices", "System.Threading", "Amazon.Runtime.Internal", naming.Namespace);
        using (code.Block($"public partial interface I{naming.Service}PaginatorFactory"))
        {
            foreach (var operation in Paged)
            {
                code.Line(Attribute(operation.Paginator!));
                code.Line($"I{operation.Name}Paginator {operation.Name}({operation.Request} request);");
            }
        }
        using (code.Block($"public class {naming.Service}PaginatorFactory : I{naming.Service}PaginatorFactory"))
        {
            code.Line($"private readonly {naming.Interface} client;");
            code.Line($"internal {naming.Service}PaginatorFactory({naming.Interface} client) => this.client = client;");
            foreach (var operation in Paged)
                code.Line($"public I{operation.Name}Paginator {operation.Name}({operation.Request} request) => new {operation.Name}Paginator(client, request);");
        }
        foreach (var operation in Paged)
        {
            Interface(code, operation);
            Class(code, operation, operation.Paginator!);
        }
        return code.ToString();
    }

    private static string Attribute(Paginator paginator)
    {
        static string Names(IEnumerable<string> names) =>
            $"new[] {{ {string.Join(", ", names.Select(n => Naming.Literal(Naming.Property(n))))} }}";
        var limit = paginator.LimitKey is { } key ? $"LimitKey = {Naming.Literal(Naming.Property(key))}, " : "";
        return $"[AWSPaginator(InputToken = {Names(paginator.InputTokens)}, {limit}OutputToken = {Names(paginator.OutputTokens)})]";
    }

    private IEnumerable<(string Property, string Item)> Results(Operation operation)
    {
        foreach (var key in operation.Paginator!.ResultKeys)
        {
            // A key into a nested structure has no property of the answer's own.
            if (operation.Output!.Members.FirstOrDefault(m => m.Name == key) is { } member && service[member] is { IsList: true } list)
                yield return (Naming.Property(key), naming.Type(service[list.Item], insideCollection: true));
        }
    }

    private void Interface(CodeWriter code, Operation operation)
    {
        using (code.Block($"public interface I{operation.Name}Paginator"))
        {
            code.Line($"IPaginatedEnumerable<{operation.Response}> Responses {{ get; }}");
            foreach (var (property, item) in Results(operation))
                code.Line($"IPaginatedEnumerable<{item}> {property} {{ get; }}");
        }
    }

    private void Class(CodeWriter code, Operation operation, Paginator paginator)
    {
        var response = operation.Response;
        using (code.Block($"internal sealed class {operation.Name}Paginator({naming.Interface} client, {operation.Request} request) : IPaginator<{response}>, I{operation.Name}Paginator"))
        {
            code.Line("private int isInUse;");
            code.Line($"public IPaginatedEnumerable<{response}> Responses => new PaginatedResponse<{response}>(this);");
            foreach (var (property, item) in Results(operation))
                code.Line($"public IPaginatedEnumerable<{item}> {property} => new PaginatedResultKeyResponse<{response}, {item}>(this, r => r.{property} ?? Enumerable.Empty<{item}>());");
            using (code.Block($"async IAsyncEnumerable<{response}> IPaginator<{response}>.PaginateAsync([EnumeratorCancellation] CancellationToken cancellationToken)"))
                Loop(code, operation, paginator);
        }
    }

    private static void Loop(CodeWriter code, Operation operation, Paginator paginator)
    {
        var tokens = paginator.InputTokens.Zip(paginator.OutputTokens, (i, o) => (Input: Naming.Property(i), Output: Naming.Property(o))).ToList();
        code.Line("if (Interlocked.Exchange(ref isInUse, 1) != 0)");
        code.Line("    throw new InvalidOperationException(\"Paginator has already been consumed and cannot be reused. Please create a new instance.\");");
        code.Line("PaginatorUtils.SetUserAgentAdditionOnRequest(request);");
        for (var i = 0; i < tokens.Count; i++)
            code.Line($"var token{i} = request.{tokens[i].Input};");
        code.Line("bool more;");
        using (code.Block("do", $"}} while (more);"))
        {
            for (var i = 0; i < tokens.Count; i++)
                code.Line($"request.{tokens[i].Input} = token{i};");
            code.Line($"var page = await client.{operation.Name}Async(request, cancellationToken).ConfigureAwait(false);");
            for (var i = 0; i < tokens.Count; i++)
                code.Line($"token{i} = page.{tokens[i].Output};");
            code.Line("cancellationToken.ThrowIfCancellationRequested();");
            code.Line("yield return page;");
            code.Line(paginator.MoreResults is { } flag
                ? $"more = page.{Naming.Property(flag)} ?? false;"
                : $"more = {string.Join(" || ", tokens.Select((_, i) => $"!string.IsNullOrEmpty(token{i})"))};");
        }
    }
}
