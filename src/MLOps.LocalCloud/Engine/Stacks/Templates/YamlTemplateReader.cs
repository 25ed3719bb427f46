using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MLOps.LocalCloud.Engine.Stacks.Templates;

/// <summary>
/// Reads YAML as CloudFormation does: numbers and true/false are what they look like, all else is text (dates too), and a
/// tag such as <c>!Sub</c> becomes <c>{"Fn::Sub": …}</c>. Depth and size are bounded, so that a small text cannot grow large.
/// </summary>
internal sealed partial class YamlTemplateReader
{
    private const int MaxDepth = 60;
    private const int MaxNodes = 200_000;
    private static readonly HashSet<string> Functions =
    [
        "Base64", "Cidr", "FindInMap", "GetAtt", "GetAZs", "If", "Equals", "And", "Or", "Not", "ImportValue", "Join", "Length",
        "Select", "Split", "Sub", "ToJsonString", "Transform", "ForEach",
    ];

    private readonly IParser parser;
    private readonly Dictionary<AnchorName, JsonNode?> anchors = [];
    private int nodes;

    private YamlTemplateReader(IParser parser) => this.parser = parser;

    public static JsonNode? Read(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                throw StackErrors.Format("YAML not well-formed. (line 1, column 1)");
            parser.Consume<DocumentStart>();
            var root = new YamlTemplateReader(parser).Node(0);
            parser.Consume<DocumentEnd>();
            parser.Consume<StreamEnd>();
            return root;
        }
        catch (YamlException e)
        {
            throw StackErrors.Format($"YAML not well-formed. (line {e.Start.Line}, column {e.Start.Column})");
        }
    }

    private JsonNode? Node(int depth)
    {
        var start = parser.Current?.Start ?? Mark.Empty;
        if (depth > MaxDepth || ++nodes > MaxNodes)
            throw At(start, "the template is nested too deeply or too large.");
        if (parser.TryConsume<AnchorAlias>(out var alias))
            return Alias(alias);
        if (parser.TryConsume<Scalar>(out var scalar))
            return Keep(scalar.Anchor, Tagged(scalar.Tag, Value(scalar), start));
        if (parser.TryConsume<SequenceStart>(out var sequence))
        {
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
                list.Add(Node(depth + 1));
            return Keep(sequence.Anchor, Tagged(sequence.Tag, list, start));
        }
        var mapping = parser.Consume<MappingStart>();
        return Keep(mapping.Anchor, Tagged(mapping.Tag, Mapping(depth), start));
    }

    private JsonObject Mapping(int depth)
    {
        var members = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key))
                throw At(parser.Current!.Start, "a key must be a text.");
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
                throw At(key.Start, "merge keys (<<) are not supported.");
            if (!members.TryAdd(key.Value, Node(depth + 1)))
                throw At(key.Start, $"the key {key.Value} stands twice.");
        }
        return members;
    }

    private JsonNode? Alias(AnchorAlias alias)
    {
        if (!anchors.TryGetValue(alias.Value, out var node))
            throw At(alias.Start, $"no anchor {alias.Value}.");
        if ((nodes += Size(node)) > MaxNodes)
            throw At(alias.Start, "the template is nested too deeply or too large.");
        return node?.DeepClone();
    }

    private JsonNode? Keep(AnchorName anchor, JsonNode? node)
    {
        if (!anchor.IsEmpty)
            anchors[anchor] = node;
        return node;
    }

    private static JsonNode? Value(Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain || !scalar.Tag.IsEmpty)
            return text;
        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => true,
            "false" or "False" or "FALSE" => false,
            // Kept as written, so that 1.0 remains 1.0 where a text is asked for.
            _ when Number().IsMatch(text) => JsonNode.Parse(text),
            _ => text,
        };
    }

    private static JsonNode? Tagged(TagName tag, JsonNode? value, Mark at)
    {
        if (tag.IsEmpty || tag.IsNonSpecific || tag.Value == "!")
            return value;
        var name = tag.Value;
        if (name is "!Ref" or "!Condition")
            return new JsonObject { [name[1..]] = value };
        if (name == "!GetAtt" && value is JsonValue text && text.TryGetValue(out string? path))
            value = new JsonArray([.. path.Split('.', 2).Select(p => (JsonNode)p)]);
        if (name[0] == '!' && Functions.Contains(name[1..]))
            return new JsonObject { [$"Fn::{name[1..]}"] = value };
        return name switch
        {
            "tag:yaml.org,2002:str" or "tag:yaml.org,2002:map" or "tag:yaml.org,2002:seq" => value,
            _ => throw At(at, $"the tag {name} is not known."),
        };
    }

    private static int Size(JsonNode? node) => node switch
    {
        JsonObject o => 1 + o.Sum(m => Size(m.Value)),
        JsonArray a => 1 + a.Sum(Size),
        _ => 1,
    };

    private static Protocol.AwsException At(Mark mark, string message) =>
        StackErrors.Format($"YAML not well-formed. (line {mark.Line}, column {mark.Column}): {message}");

    [GeneratedRegex(@"^-?(0|[1-9]\d{0,17})(\.\d+)?([eE][-+]?\d{1,3})?$")]
    private static partial Regex Number();
}
