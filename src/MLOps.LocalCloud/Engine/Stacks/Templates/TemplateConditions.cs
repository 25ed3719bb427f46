using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Stacks.Templates;

/// <summary>Decides a template's conditions from its parameters, each once.</summary>
internal sealed class TemplateConditions
{
    private readonly Template template;
    private readonly Evaluator evaluator;
    private readonly Dictionary<string, bool?> decided = [];

    public TemplateConditions(Template template, IReadOnlyDictionary<string, JsonNode> parameters)
    {
        this.template = template;
        evaluator = new Evaluator(template, parameters, Holds, new NoResources());
    }

    public bool Holds(string name)
    {
        if (decided.TryGetValue(name, out var known))
            return known ?? throw StackErrors.Format($"Circular dependency between conditions: [{name}]");
        decided[name] = null;
        var holds = Decide(template.Conditions[name]);
        decided[name] = holds;
        return holds;
    }

    private bool Decide(JsonNode? node)
    {
        if (node is not JsonObject { Count: 1 } o)
            throw StackErrors.Format("Every Conditions member must be a condition function.");
        var (name, argument) = o.Single();
        return name switch
        {
            "Condition" => Holds(TemplateReferences.Name(argument, "Condition")),
            "Fn::Equals" => argument is JsonArray { Count: 2 } pair
                ? JsonNode.DeepEquals(Comparable(pair[0]), Comparable(pair[1]))
                : throw StackErrors.Template("every Fn::Equals object requires a list of 2 string parameters."),
            "Fn::Not" => argument is JsonArray { Count: 1 } one ? !Decide(one[0])
                : throw StackErrors.Template("every Fn::Not object requires a list of 1 parameter."),
            "Fn::And" => Several(name, argument).All(Decide),
            "Fn::Or" => Several(name, argument).Any(Decide),
            _ => throw StackErrors.Format($"Every Conditions member must be a condition function, not {name}."),
        };
    }

    private static JsonArray Several(string name, JsonNode? argument) => argument is JsonArray { Count: >= 2 and <= 10 } list
        ? list : throw StackErrors.Template($"every {name} object requires a list of at least 2 and at most 10 boolean parameters.");

    // Parameters are texts, so that a number or a flag in the template is compared as one.
    private JsonNode? Comparable(JsonNode? node) => evaluator.Evaluate(node) is var value && Values.Text(value) is { } text ? text : value;

    private sealed class NoResources : IResourceValues
    {
        public JsonNode Ref(string id) => throw StackErrors.Format($"Unresolved dependencies [{id}]. Cannot reference resources in the Conditions block of the template");

        public JsonNode Attribute(string id, string attribute) => Ref(id);

        public JsonNode Import(string name) => throw StackErrors.Template("Fn::ImportValue cannot be used in the Conditions block of the template.");
    }
}
