using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Stacks;

/// <summary>Stacks, their resources and their events. Every change is durable before the method returns.</summary>
internal sealed class StackStore(DocumentStore documents)
{
    private readonly DocumentTable stacks = documents.Table("cloudformation/stack");

    /// <summary>Held while a stack's state is looked at and changed.</summary>
    public Lock Gate { get; } = new();

    /// <summary>A stack by its ARN, deleted ones too, or by the name of one that is not deleted; null where there is none.</summary>
    public StackRecord? Find(Scope scope, string nameOrId)
    {
        if (nameOrId.StartsWith("arn:", StringComparison.Ordinal))
            return Read(stacks.Find(scope, nameOrId));
        foreach (var document in stacks.List(scope))
            if (document.Value.Text("Name") == nameOrId && document.Value.Text("Status") != StackStatus.DeleteComplete)
                return Read(document.Value);
        return null;
    }

    /// <exception cref="AwsException">There is no such stack.</exception>
    public StackRecord Get(Scope scope, string nameOrId) => Find(scope, nameOrId) ?? throw StackErrors.NoSuchStack(nameOrId);

    /// <summary>The stacks of a scope in the order of creation, deleted ones too.</summary>
    public IEnumerable<StackRecord> List(Scope scope) => stacks.List(scope).Select(d => Read(d.Value)!);

    /// <summary>All stacks that have an operation under way.</summary>
    public IReadOnlyList<(Scope Scope, string Id)> Unfinished() =>
        [.. stacks.All().Where(s => s.Document.Value["Operation"] is not null).Select(s => (s.Scope, s.Document.Key))];

    public void Put(Scope scope, StackRecord stack) => stacks.Put(scope, stack.Id, Write(stack));

    /// <summary>The resources of a stack by logical id.</summary>
    public IReadOnlyDictionary<string, StackResource> Resources(Scope scope, StackRecord stack) =>
        ResourceTable(stack).List(scope).ToDictionary(d => d.Key, d => d.Value.Deserialize<StackResource>()!);

    public StackResource? Resource(Scope scope, StackRecord stack, string id) => ResourceTable(stack).Find(scope, id)?.Deserialize<StackResource>();

    public void Put(Scope scope, StackRecord stack, StackResource resource) => ResourceTable(stack).Put(scope, resource.Id, Write(resource));

    /// <summary>Forgets a resource that is no longer part of the stack.</summary>
    public void Remove(Scope scope, StackRecord stack, string id) => ResourceTable(stack).Remove(scope, id);

    /// <summary>A stack's events, the latest first.</summary>
    public IEnumerable<JsonObject> Events(Scope scope, StackRecord stack) => EventTable(stack).List(scope).Reverse().Select(d => d.Value);

    /// <summary>Adds an event, in the shape StackEvent.</summary>
    public void AddEvent(Scope scope, StackRecord stack, JsonObject stackEvent) => EventTable(stack).Put(scope, Guid.NewGuid().ToString(), stackEvent);

    /// <summary>All exports of a scope.</summary>
    public IEnumerable<(StackRecord Stack, StackOutput Output)> Exports(Scope scope) =>
        List(scope).Where(s => !s.IsDeleted).SelectMany(s => s.Outputs.Where(o => o.ExportName is not null).Select(o => (s, o)));

    /// <summary>The stacks that use an export.</summary>
    public IEnumerable<StackRecord> Importers(Scope scope, string export) =>
        List(scope).Where(s => !s.IsDeleted && s.Imports.Contains(export));

    private DocumentTable ResourceTable(StackRecord stack) => documents.Table($"cloudformation/resources/{stack.Key}");

    private DocumentTable EventTable(StackRecord stack) => documents.Table($"cloudformation/events/{stack.Key}");

    private static StackRecord? Read(JsonObject? document) => document?.Deserialize<StackRecord>();

    private static JsonObject Write<T>(T value) => (JsonObject)JsonSerializer.SerializeToNode(value)!;
}
