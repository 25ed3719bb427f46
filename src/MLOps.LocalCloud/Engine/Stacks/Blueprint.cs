using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Engine.Stacks.Templates;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks;

/// <summary>A resource that a stack is to have.</summary>
internal sealed record PlannedResource(ResourceDeclaration Declaration, ResourceType Type, IReadOnlyCollection<string> DependsOn);

/// <summary>
/// A template with its parameters: which resources there are to be, what each depends on, and what their properties are once
/// what they depend on exists. Making one checks everything that can be known before a resource is made.
/// </summary>
internal sealed class Blueprint
{
    private readonly TemplateConditions conditions;
    private readonly Dictionary<string, JsonNode> parameters;
    private readonly Dictionary<string, JsonNode>? hidden;
    private readonly IReadOnlyDictionary<string, string> tags;

    /// <param name="identity">The stack's ARN, name and scope, for the pseudo parameters.</param>
    /// <param name="import">The value of an export; throws where there is none.</param>
    public Blueprint(Template template, StackInput input, StackIdentity identity, ResourceTypes types, Func<string, string> import)
    {
        Template = template;
        tags = input.Tags;
        CheckTypes(template, types);
        parameters = Pseudo(identity, input);
        foreach (var (name, value) in input.Parameters)
            if (template.Parameters.TryGetValue(name, out var declared))
                parameters[name] = declared.Value(value);
        conditions = new TemplateConditions(template, parameters);
        hidden = Hidden();

        var imports = new HashSet<string>();
        var resources = new Dictionary<string, PlannedResource>();
        foreach (var declaration in template.Resources.Values.Where(r => r.Condition is null || conditions.Holds(r.Condition)))
        {
            var type = types[declaration.Type];
            var seen = new Seen(this, types, import, imports, "Resources");
            Check(declaration, type, Evaluate(declaration, seen));
            seen.Resources.UnionWith(declaration.DependsOn.Where(Exists));
            resources[declaration.Id] = seen.Resources.Contains(declaration.Id)
                ? throw StackErrors.Format($"Circular dependency between resources: [{declaration.Id}]")
                : new PlannedResource(declaration, type, seen.Resources);
        }
        Resources = resources;
        _ = DependencyWalk.Order(Graph);
        Outputs(new Seen(this, types, import, imports, "Outputs"));
        Imports = imports;
    }

    public Template Template { get; }

    /// <summary>The resources whose conditions hold, by logical id.</summary>
    public IReadOnlyDictionary<string, PlannedResource> Resources { get; }

    /// <summary>The names of the exports of other stacks that the template uses.</summary>
    public IReadOnlyCollection<string> Imports { get; }

    /// <summary>What each resource depends on.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<string>> Graph => Resources.ToDictionary(r => r.Key, r => r.Value.DependsOn);

    /// <summary>A resource's properties, checked and in its type's types, with the stack's tags.</summary>
    /// <exception cref="PropertyException">They do not fit the type.</exception>
    public JsonObject Properties(string id, IResourceValues values)
    {
        var resource = Resources[id];
        return Evaluate(resource.Declaration, values) is var evaluated ? Tagged(resource.Type, resource.Type.Check(evaluated)) : [];
    }

    /// <summary>The properties with the values of NoEcho parameters hidden; null where the template has no such parameter.</summary>
    public JsonObject? Shown(string id, IResourceValues values)
    {
        if (hidden is null)
            return null;
        var resource = Resources[id];
        try
        {
            return Evaluate(resource.Declaration, new Evaluator(Template, hidden, conditions.Holds, values)) is var evaluated ? Tagged(resource.Type, evaluated) : null;
        }
        catch (AwsException)
        {
            // A function that picks by the hidden value finds nothing: then nothing is shown.
            return [];
        }
    }

    /// <summary>The outputs whose conditions hold.</summary>
    public IReadOnlyList<StackOutput> Outputs(IResourceValues values)
    {
        var evaluator = Evaluator(values);
        return
        [
            .. Template.Outputs.Values.Where(o => o.Condition is null || conditions.Holds(o.Condition)).Select(o => new StackOutput(
                o.Id, evaluator.Text(o.Value, $"Outputs value of {o.Id}"), o.Description,
                o.ExportName is null ? null : evaluator.Text(o.ExportName, "export name"))),
        ];
    }

    private bool Exists(string id) => Template.Resources.TryGetValue(id, out var resource) && (resource.Condition is null || conditions.Holds(resource.Condition));

    private Dictionary<string, JsonNode>? Hidden()
    {
        if (!Template.Parameters.Values.Any(p => p.NoEcho))
            return null;
        var masked = new Dictionary<string, JsonNode>(parameters);
        foreach (var name in Template.Parameters.Where(p => p.Value.NoEcho && masked.ContainsKey(p.Key)).Select(p => p.Key))
            masked[name] = masked[name] is JsonArray list ? new JsonArray([.. list.Select(_ => (JsonNode)ParameterDeclaration.Mask)]) : ParameterDeclaration.Mask;
        return masked;
    }

    private JsonObject Evaluate(ResourceDeclaration declaration, IResourceValues values) => Evaluate(declaration, Evaluator(values));

    private static JsonObject Evaluate(ResourceDeclaration declaration, Evaluator evaluator) =>
        evaluator.Evaluate(declaration.Properties) as JsonObject
        ?? throw StackErrors.Format($"[/Resources/{declaration.Id}/Properties] must be an object.");

    private Evaluator Evaluator(IResourceValues values) => new(Template, parameters, conditions.Holds, values);

    // A tag of the resource's own goes before one of the stack's.
    private JsonObject Tagged(ResourceType type, JsonObject properties)
    {
        if (type.TagsProperty is not { } member || tags.Count == 0)
            return properties;
        var own = properties.Objects(member).ToList();
        var inherited = tags.Where(t => own.All(o => o.Text("Key") != t.Key)).Select(t => new JsonObject { ["Key"] = t.Key, ["Value"] = t.Value });
        properties[member] = new JsonArray([.. own.Select(t => t.DeepClone()), .. inherited]);
        return properties;
    }

    private static void Check(ResourceDeclaration declaration, ResourceType type, JsonObject evaluated)
    {
        try
        {
            type.Check(evaluated);
        }
        catch (PropertyException e)
        {
            throw StackErrors.Validation($"Properties validation failed for resource {declaration.Id} with message: {e.Message}");
        }
    }

    private static void CheckTypes(Template template, ResourceTypes types)
    {
        var unknown = template.Resources.Values.Select(r => r.Type).Where(t => types.Find(t) is null).Distinct().ToList();
        if (unknown.Count > 0)
            throw StackErrors.Format($"Unrecognized resource types: [{string.Join(", ", unknown)}]");
    }

    private static Dictionary<string, JsonNode> Pseudo(StackIdentity stack, StackInput input) => new()
    {
        ["AWS::AccountId"] = stack.Scope.Account,
        ["AWS::NotificationARNs"] = new JsonArray([.. input.NotificationArns.Select(a => (JsonNode)a)]),
        ["AWS::Partition"] = "aws",
        ["AWS::Region"] = stack.Scope.Region,
        ["AWS::StackId"] = stack.Id,
        ["AWS::StackName"] = stack.Name,
        ["AWS::URLSuffix"] = "amazonaws.com",
    };

    /// <summary>Takes note of what is referred to; nothing exists yet.</summary>
    private sealed class Seen(Blueprint blueprint, ResourceTypes types, Func<string, string> import, HashSet<string> imports, string block) : IResourceValues
    {
        public HashSet<string> Resources { get; } = [];

        public JsonNode Ref(string id)
        {
            if (!blueprint.Exists(id))
                throw StackErrors.Format($"Unresolved resource dependencies [{id}] in the {block} block of the template");
            Resources.Add(id);
            return Values.Unknown;
        }

        public JsonNode Attribute(string id, string attribute)
        {
            if (!blueprint.Template.Resources.ContainsKey(id))
                throw StackErrors.Template($"instance of Fn::GetAtt references undefined resource {id}");
            var type = types[blueprint.Template.Resources[id].Type];
            if (!type.Attributes.Contains(attribute))
                throw StackErrors.Template($"resource {id} does not support attribute type {attribute} in Fn::GetAtt");
            return Ref(id);
        }

        public JsonNode Import(string name)
        {
            imports.Add(name);
            return import(name);
        }
    }
}

/// <summary>What tells one stack from another.</summary>
internal sealed record StackIdentity(string Id, string Name, Scope Scope);
