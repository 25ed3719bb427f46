using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MLOps.LocalCloud.Engine.Builds.Buildspecs;

/// <summary>Reads buildspec.yml.</summary>
internal static class BuildspecReader
{
    /// <exception cref="BuildspecException">It is no YAML, or has a key that means nothing or is not supported.</exception>
    public static Buildspec Read(string text)
    {
        var root = Root(text);
        Known(root, "the buildspec", ["version", "run-as", "env", "phases", "artifacts", "cache", "proxy", "reports", "batch"]);
        var version = Text(root, "version") ?? throw new BuildspecException("YAML_FILE_ERROR: the buildspec has no version");
        if (version != "0.2")
            throw new BuildspecException($"YAML_FILE_ERROR: version {version} is not supported by the local cloud; use 0.2");
        Refuse(root, "run-as", "proxy", "reports", "batch");
        var env = Map(root, "env") ?? new YamlMappingNode();
        Known(env, "env", ["shell", "variables", "parameter-store", "secrets-manager", "exported-variables", "git-credential-helper"]);
        Refuse(env, "parameter-store", "secrets-manager");
        var shell = Text(env, "shell") ?? "sh";
        if (shell is not ("sh" or "bash"))
            throw new BuildspecException($"YAML_FILE_ERROR: the shell {shell} is not supported by the local cloud; use sh or bash");
        var variables = Entries(Map(env, "variables")).ToDictionary(v => Scalar(v.Key, "a variable's name"), v => Scalar(v.Value, "a variable's value"));
        return new Buildspec(shell, variables, Texts(env, "exported-variables"), Phases(root), Artifacts(root));
    }

    private static YamlMappingNode Root(string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.FirstOrDefault()?.RootNode as YamlMappingNode ?? throw new BuildspecException("YAML_FILE_ERROR: the buildspec is no YAML mapping");
        }
        catch (YamlException e)
        {
            throw new BuildspecException($"YAML_FILE_ERROR: line {e.Start.Line}: {e.Message}");
        }
    }

    private static Dictionary<string, BuildspecPhase> Phases(YamlMappingNode root)
    {
        var phases = Map(root, "phases") ?? throw new BuildspecException("YAML_FILE_ERROR: the buildspec has no phases");
        Known(phases, "phases", Buildspec.PhaseNames);
        var read = new Dictionary<string, BuildspecPhase>();
        foreach (var name in Buildspec.PhaseNames)
        {
            if (Map(phases, name) is not { } phase)
                continue;
            Known(phase, name, ["commands", "finally", "on-failure", "run-as", "runtime-versions"]);
            Refuse(phase, "run-as");
            var failure = Text(phase, "on-failure");
            if (failure is not (null or "ABORT" or "CONTINUE"))
                throw new BuildspecException($"YAML_FILE_ERROR: on-failure {failure} is not supported by the local cloud; use ABORT or CONTINUE");
            read[name] = new BuildspecPhase(Commands(phase, "commands"), Commands(phase, "finally"), failure == "CONTINUE");
        }
        return read;
    }

    private static List<BuildspecArtifact> Artifacts(YamlMappingNode root)
    {
        if (Map(root, "artifacts") is not { } artifacts)
            return [];
        var all = new List<BuildspecArtifact> { Artifact(artifacts, "") };
        foreach (var (name, node) in Entries(Map(artifacts, "secondary-artifacts")))
            all.Add(Artifact(node as YamlMappingNode ?? throw At(node, "a secondary artifact must be a mapping"), Scalar(name, "an artifact's identifier")));
        return all;
    }

    private static BuildspecArtifact Artifact(YamlMappingNode node, string identifier)
    {
        Known(node, "artifacts", ["files", "name", "base-directory", "discard-paths", "exclude-paths", "enable-symlinks", "s3-prefix", "secondary-artifacts"]);
        if (Text(node, "enable-symlinks") is "yes" or "true")
            throw At(node, "enable-symlinks is not supported by the local cloud");
        return new BuildspecArtifact(
            identifier, Text(node, "base-directory") ?? "", Texts(node, "files"), Texts(node, "exclude-paths"), Text(node, "discard-paths") is "yes" or "true");
    }

    private static List<string> Commands(YamlMappingNode phase, string key)
    {
        var node = Child(phase, key);
        if (node is YamlSequenceNode list)
            return [.. list.Select((item, i) => (item as YamlScalarNode)?.Value
                ?? throw At(item, $"Expected Commands[{i}] to be of string type: found subkeys instead at line {item.Start.Line}, value of the key tag on line {Math.Max(1, item.Start.Line - 1)} might be empty"))];
        return node is null or YamlScalarNode { Value: null or "" } ? [] : [Scalar(node, key)];
    }

    private static List<string> Texts(YamlMappingNode node, string key) => Child(node, key) switch
    {
        null => [],
        YamlSequenceNode list => [.. list.Select(item => Scalar(item, key))],
        var single => [Scalar(single, key)],
    };

    private static YamlMappingNode? Map(YamlMappingNode node, string key) => Child(node, key) switch
    {
        null or YamlScalarNode { Value: null or "" } => null,
        YamlMappingNode map => map,
        var other => throw At(other, $"{key} must be a mapping"),
    };

    private static IEnumerable<KeyValuePair<YamlNode, YamlNode>> Entries(YamlMappingNode? node) => node?.Children.AsEnumerable() ?? [];

    private static string? Text(YamlMappingNode node, string key) => Child(node, key) is { } child ? Scalar(child, key) : null;

    private static string Scalar(YamlNode node, string what) => (node as YamlScalarNode)?.Value ?? throw At(node, $"{what} must be text");

    private static YamlNode? Child(YamlMappingNode node, string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    private static void Known(YamlMappingNode node, string where, IReadOnlyList<string> keys)
    {
        foreach (var key in node.Children.Keys)
            if (!keys.Contains(Scalar(key, "a key")))
                throw At(key, $"{where} has the unknown key {key}");
    }

    private static void Refuse(YamlMappingNode node, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            if (Child(node, key) is { } child)
                throw At(child, $"{key} is not supported by the local cloud");
    }

    private static BuildspecException At(YamlNode node, string message) => new($"YAML_FILE_ERROR: line {node.Start.Line}: {message}");
}
