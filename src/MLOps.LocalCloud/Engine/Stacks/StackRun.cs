using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Engine.Stacks.Templates;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks;

/// <summary>What the parts of the engine share while they work on one operation of one stack.</summary>
internal sealed record StackRun(Scope Scope, StackRecord Stack, StackOperation Operation, StackTools Tools)
{
    // A shorter value is no secret, and would tear words apart.
    private const int ShortestSecret = 4;

    public StackResource? Resource(string id) => Tools.Store.Resource(Scope, Stack, id);

    /// <summary>Stores a resource in a new state, with an event. Services repeat what they refuse: values of NoEcho parameters are hidden in the reason.</summary>
    public StackResource Write(StackResource resource, string status, string? reason = null) => Tools.Journal.Write(Scope, Stack, resource, status, Hide(reason));

    /// <summary>Stores a resource's step without an event.</summary>
    public StackResource Save(StackResource resource)
    {
        Tools.Store.Put(Scope, Stack, resource);
        return resource;
    }

    public StackResource Save(StackResource resource, ResourceStep step) => Save(resource with { Current = resource.Current with { Step = step } });

    private string? Hide(string? reason)
    {
        if (reason is null)
            return null;
        var secrets = Template.Parse(Stack.Input.Template).Parameters.Values.Where(p => p.NoEcho)
            .Select(p => Stack.Input.Parameters.GetValueOrDefault(p.Id) ?? p.Default ?? "").Where(value => value.Length >= ShortestSecret);
        return secrets.Aggregate(reason, (text, secret) => text.Replace(secret, ParameterDeclaration.Mask, StringComparison.Ordinal));
    }

    public ResourceType Type(StackResource resource) => Tools.Types[resource.Type];

    /// <summary>The calls about a resource, made as the stack's role or, without one, as who asked.</summary>
    public ResourceCall Call(PhysicalResource resource, CancellationToken cancelled) => new(Tools.Caller, Tools.Bus, Tools.Time)
    {
        Scope = Scope,
        Principal = Stack.Input.RoleArn is { } role
            ? $"arn:aws:sts::{Scope.Account}:assumed-role/{role.Split('/')[^1]}/AWSCloudFormation" : Operation.Principal,
        Cancelled = cancelled,
        Name = resource.Name,
        Properties = (JsonObject)resource.Properties.DeepClone(),
        PhysicalId = resource.PhysicalId,
    };
}

/// <summary>What every operation works with.</summary>
internal sealed record StackTools(StackStore Store, StackJournal Journal, ResourceTypes Types, ICloudCaller Caller, CloudEventBus Bus, TimeProvider Time);
