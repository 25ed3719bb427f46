using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks;

/// <summary>The rules of exports: a name belongs to one stack, and what is used stays as it is.</summary>
internal static class StackExports
{
    /// <summary>Checks the outputs that a stack is about to have.</summary>
    public static IReadOnlyList<StackOutput> Check(StackStore store, Scope scope, StackRecord stack, IReadOnlyList<StackOutput> outputs)
    {
        foreach (var output in outputs.Where(o => o.ExportName is not null))
            if (store.Exports(scope).FirstOrDefault(e => e.Output.ExportName == output.ExportName && e.Stack.Id != stack.Id).Stack is { } owner)
                throw StackErrors.Validation($"Export with name {output.ExportName} is already exported by stack {owner.Name}.");
        foreach (var before in stack.Outputs.Where(o => o.ExportName is not null))
        {
            var after = outputs.FirstOrDefault(o => o.ExportName == before.ExportName);
            if (after?.Value == before.Value)
                continue;
            if (Users(store, scope, before.ExportName!) is { } users)
                throw StackErrors.Validation($"Export {before.ExportName} cannot be {(after is null ? "deleted" : "updated")} as it is in use by {users}");
        }
        return outputs;
    }

    /// <summary>The first export of a stack that others use, with their names; null where there is none.</summary>
    public static (string Export, string Users)? InUse(StackStore store, Scope scope, StackRecord stack) => stack.Outputs
        .Where(o => o.ExportName is not null).Select(o => (o.ExportName!, Users: Users(store, scope, o.ExportName!)))
        .Where(e => e.Users is not null).Select(e => ((string, string)?)(e.Item1, e.Users!)).FirstOrDefault();

    private static string? Users(StackStore store, Scope scope, string export) =>
        string.Join(", ", store.Importers(scope, export).Select(s => s.Name)) is { Length: > 0 } names ? names : null;
}
