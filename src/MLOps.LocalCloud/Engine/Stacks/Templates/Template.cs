using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Templates;

/// <summary>A resource as the template declares it; its properties still hold functions.</summary>
internal sealed record ResourceDeclaration(string Id, string Type, JsonObject Properties)
{
    public string? Condition { get; init; }

    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary><c>Delete</c>, <c>Retain</c> or <c>RetainExceptOnCreate</c>.</summary>
    public string DeletionPolicy { get; init; } = "Delete";

    /// <summary><c>Delete</c> or <c>Retain</c>.</summary>
    public string UpdateReplacePolicy { get; init; } = "Delete";

    public JsonObject? Metadata { get; init; }
}

/// <summary>An output as the template declares it.</summary>
internal sealed record OutputDeclaration(string Id, JsonNode Value, string? Description, string? Condition, JsonNode? ExportName);

/// <summary>A template whose form has been checked: sections, attributes and references are known to be right.</summary>
internal sealed class Template
{
    private const int MaxResources = 500;

    private static readonly HashSet<string> Sections =
        ["AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions", "Transform", "Hooks", "Resources", "Outputs"];

    private Template(string text, JsonObject root)
    {
        Text = text;
        Description = ReadDescription(root);
        LanguageExtensions = Transforms(root);
        Parameters = Section(root, "Parameters").ToDictionary(p => p.Key, p => ParameterDeclaration.Read(p.Key, p.Value));
        Mappings = TemplateMappings.Check(Section(root, "Mappings"));
        Conditions = Section(root, "Conditions");
        Resources = Section(root, "Resources").ToDictionary(r => r.Key, r => ResourceReader.Read(r.Key, r.Value));
        Outputs = Section(root, "Outputs").ToDictionary(o => o.Key, o => ResourceReader.Output(o.Key, o.Value));
    }

    /// <summary>The text as it was given.</summary>
    public string Text { get; }

    public string? Description { get; }

    /// <summary>Whether <c>Transform: AWS::LanguageExtensions</c> allows Fn::Length and Fn::ToJsonString.</summary>
    public bool LanguageExtensions { get; }

    public IReadOnlyDictionary<string, ParameterDeclaration> Parameters { get; }

    public JsonObject Mappings { get; }

    public JsonObject Conditions { get; }

    public IReadOnlyDictionary<string, ResourceDeclaration> Resources { get; }

    public IReadOnlyDictionary<string, OutputDeclaration> Outputs { get; }

    /// <exception cref="AwsException">A <c>ValidationError</c> that says what is wrong with the template.</exception>
    public static Template Parse(string text)
    {
        var root = TemplateReader.Read(text);
        var unknown = root.Select(s => s.Key).Where(s => !Sections.Contains(s)).ToList();
        if (unknown.Count > 0)
            throw StackErrors.Format($"Invalid template property or properties [{string.Join(", ", unknown)}]");
        Clean(root, "");
        if (root["AWSTemplateFormatVersion"] is { } version && version.ToString() != "2010-09-09")
            throw StackErrors.Format($"Template format version not supported: {version}. Supported version is 2010-09-09.");
        foreach (var section in (string[])["Rules", "Hooks"])
            if (root.ContainsKey(section))
                throw StackErrors.NotOffered($"the template section {section}");
        if (root["Resources"] is not JsonObject { Count: > 0 } resources)
            throw StackErrors.Format("At least one Resources member must be defined.");
        if (resources.Count > MaxResources)
            throw StackErrors.Format($"Number of resources, {resources.Count}, is greater than maximum allowed, {MaxResources}");
        var template = new Template(text, root);
        TemplateReferences.Check(template);
        return template;
    }

    private static string? ReadDescription(JsonObject root) => root["Description"] switch
    {
        null => null,
        JsonValue v when v.TryGetValue(out string? text) => text.Length <= 1024 ? text
            : throw StackErrors.Format("Template description may not exceed 1024 characters."),
        _ => throw StackErrors.Format("Every Description member must be a string."),
    };

    private static bool Transforms(JsonObject root)
    {
        var names = root["Transform"] switch
        {
            null => [],
            JsonArray list => list.Select(t => t!.ToString()).ToList(),
            var one => [one.ToString()],
        };
        if (names.FirstOrDefault(n => n != "AWS::LanguageExtensions") is { } other)
            throw StackErrors.NotOffered($"the transform {other}");
        return names.Count > 0;
    }

    private static JsonObject Section(JsonObject root, string name)
    {
        var section = root[name] switch
        {
            null => [],
            JsonObject o => o,
            _ => throw StackErrors.Format($"[/{name}] must be an object."),
        };
        foreach (var (id, _) in section)
            if (id.Length is 0 or > 255 || !id.All(char.IsAsciiLetterOrDigit) && name is not ("Conditions" or "Mappings"))
                throw StackErrors.Format($"{name.TrimEnd('s')} name {id} is non alphanumeric.");
        return section;
    }

    private static void Clean(JsonNode node, string path)
    {
        var children = node switch
        {
            JsonObject o => o.Select(m => (m.Key, m.Value)),
            JsonArray a => a.Select((item, i) => (i.ToString(), item)),
            _ => [],
        };
        if (node is JsonValue && Values.Text(node)!.Contains('\0'))
            throw StackErrors.Format($"[{path}] the character U+0000 is not allowed in templates");
        foreach (var (name, child) in children)
            Clean(child ?? throw StackErrors.Format($"[{path}/{name}] 'null' values are not allowed in templates"), $"{path}/{name}");
    }
}
