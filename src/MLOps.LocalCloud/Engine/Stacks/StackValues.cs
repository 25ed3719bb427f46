using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Engine.Stacks.Templates;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks;

/// <summary>What exists of a stack, for functions. A resource that <paramref name="find"/> does not give is not known yet.</summary>
internal sealed class StackValues(Func<string, StackResource?> find, Func<string, string> import) : IResourceValues
{
    public JsonNode Ref(string id) => find(id)?.Current.PhysicalId ?? Values.Unknown;

    public JsonNode Attribute(string id, string attribute)
    {
        if (find(id) is not { } resource)
            return Values.Unknown;
        return Values.Text(resource.Current.Attributes[attribute]) ?? throw StackErrors.Template($"Attribute '{attribute}' of resource {id} does not exist");
    }

    public JsonNode Import(string name) => import(name);

    /// <summary>Looks exports up among the stacks of a scope.</summary>
    public static Func<string, string> Imports(StackStore store, Scope scope) => name =>
        store.Exports(scope).FirstOrDefault(e => e.Output.ExportName == name).Output?.Value
        ?? throw StackErrors.Validation($"No export named {name} found.");
}
