namespace MLOps.LocalCloud.Engine.Images.Dockerfiles;

/// <summary>The instructions that change an image's configuration and none of its files.</summary>
internal static class ConfigurationInstructions
{
    /// <summary>Carries an instruction out; false where it is none of these.</summary>
    public static bool Run(Instruction instruction, BuildStage stage)
    {
        var configuration = stage.Configuration;
        switch (instruction.Keyword)
        {
            case "ENV":
                foreach (var (name, value) in Pairs(instruction, stage.Lookup))
                    configuration.Environment[name] = value;
                return true;
            case "LABEL":
                foreach (var (name, value) in Pairs(instruction, stage.Lookup))
                    configuration.Labels[name] = value;
                return true;
            case "ENTRYPOINT":
                configuration.EntryPoint = Command(instruction, stage);
                if (!stage.HasOwnCommand)
                    configuration.Command = [];
                return true;
            case "CMD":
                configuration.Command = Command(instruction, stage);
                stage.HasOwnCommand = true;
                return true;
            case "SHELL":
                stage.Shell = instruction.ExecForm() is { Count: > 0 } shell ? shell : throw new DockerfileException("SHELL requires the arguments to be in JSON form");
                return true;
            case "EXPOSE":
                configuration.Ports.UnionWith(DockerWords.Split(instruction.Rest, stage.Lookup).Select(Port));
                return true;
            case "USER":
                configuration.User = DockerWords.Expand(instruction.Rest, stage.Lookup);
                return true;
            case "HEALTHCHECK" or "STOPSIGNAL" or "VOLUME" or "MAINTAINER":
                // They are in the history; SageMaker's contract fixes health, stop signal and volumes.
                return true;
            default:
                return false;
        }
    }

    private static List<string> Command(Instruction instruction, BuildStage stage) =>
        instruction.ExecForm() is { } exec ? [.. exec] : instruction.Rest == "" ? [] : [.. stage.Shell, instruction.Rest];

    private static string Port(string text)
    {
        var (number, protocol) = text.Split('/', 2) is [var n, var p] ? (n, p) : (text, "tcp");
        return ushort.TryParse(number, out _) && protocol is "tcp" or "udp" ? $"{number}/{protocol}" : throw new DockerfileException($"invalid containerPort: {text}");
    }

    /// <summary><c>NAME=value …</c>, or the old form <c>NAME value</c>.</summary>
    private static List<(string Name, string Value)> Pairs(Instruction instruction, Func<string, string?> lookup)
    {
        var words = DockerWords.SplitRaw(instruction.Rest);
        if (words.Count == 0)
            throw new DockerfileException($"{instruction.Keyword} requires at least one argument");
        if (!words[0].Contains('='))
            return words.Count > 1
                ? [(words[0], DockerWords.Expand(instruction.Rest[(instruction.Rest.IndexOf(words[0], StringComparison.Ordinal) + words[0].Length)..].Trim(), lookup))]
                : throw new DockerfileException($"{instruction.Keyword} must have two arguments");
        return [.. words.Select(w => w.Split('=', 2) is [var name, var value]
            ? (DockerWords.Expand(name, lookup), DockerWords.Expand(value, lookup))
            : throw new DockerfileException($"Syntax error - can't find = in \"{w}\". Must be of the form: name=value"))];
    }
}
