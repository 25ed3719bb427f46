using System.Buffers;

namespace MLOps.LocalCloud.Engine.Images.Dockerfiles;

/// <summary>
/// RUN. The process runner has no system of its own to run commands in, so commands are recorded and not executed, and the
/// log says so; but <c>mkdir -p</c>, <c>chmod</c> and <c>ln -s</c> on the image's own files are carried out.
/// </summary>
internal static class RunInstruction
{
    private static readonly SearchValues<char> ShellCharacters = SearchValues.Create("|><&;`*?()");

    public static void Run(Instruction instruction, BuildStage stage, Action<string> log)
    {
        var commands = instruction.ExecForm() is { } exec ? [string.Join(' ', exec)] : Commands(instruction.Rest);
        foreach (var command in commands)
        {
            var refusal = Try(command, stage);
            log(refusal is null
                ? $" ---> Carried out: {command}"
                : $" ---> NOT EXECUTED, only recorded ({refusal}): {command}");
        }
    }

    /// <summary>Carries a command out; null where it was, else why not.</summary>
    private static string? Try(string command, BuildStage stage)
    {
        if (command.AsSpan().ContainsAny(ShellCharacters) || command.Contains("$(", StringComparison.Ordinal))
            return "the process runner has no shell of the image";
        var words = DockerWords.Split(command, stage.Lookup);
        var options = words.Skip(1).Where(w => w.StartsWith('-') && w.Length > 1).SelectMany(w => w.TrimStart('-')).ToHashSet();
        var arguments = words.Skip(1).Where(w => !w.StartsWith('-')).ToList();
        string Inside(string path) => ImageTree.Absolute(stage.Configuration.WorkingDirectory, path);
        switch (words.FirstOrDefault())
        {
            case "mkdir" when options.IsSubsetOf(['p', 'v']) && arguments.Count > 0:
                arguments.ForEach(a => stage.Tree.MakeDirectory(Inside(a)));
                return null;
            case "ln" when options.Contains('s') && options.IsSubsetOf(['s', 'f']) && arguments.Count == 2:
                if (stage.Tree.Exists(Inside(arguments[1])))
                    return "its target exists";
                stage.Tree.Link(Inside(arguments[1]), arguments[0]);
                return null;
            case "chmod" when ChmodArguments(words) is ({ } change, { Count: > 0 } paths, var deep):
                if (paths.Find(p => !stage.Tree.Exists(Inside(p))) is { } missing)
                    return $"{missing} is not among the image's own files";
                paths.ForEach(p => stage.Tree.SetMode(Inside(p), change, deep));
                return null;
            default:
                return "the process runner uses this machine's own system";
        }
    }

    /// <summary>chmod's mode may begin with a minus, as its options do.</summary>
    private static (Func<UnixFileMode, bool, UnixFileMode>? Change, List<string> Paths, bool Deep) ChmodArguments(List<string> words)
    {
        var rest = words.Skip(1).Where(w => w is not ("-R" or "--recursive" or "-v" or "-f")).ToList();
        return rest.Count == 0 ? (null, [], false) : (FileModes.Parse(rest[0]), rest[1..], words.Contains("-R") || words.Contains("--recursive"));
    }

    /// <summary>Splits a command line at <c>&amp;&amp;</c> and <c>;</c> outside quotes.</summary>
    private static List<string> Commands(string line)
    {
        var commands = new List<string>();
        var start = 0;
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\')
                i++;
            else if (quote != '\0')
                quote = line[i] == quote ? '\0' : quote;
            else if (line[i] is '"' or '\'')
                quote = line[i];
            else if (line[i] == ';' || (line[i] == '&' && i + 1 < line.Length && line[i + 1] == '&'))
            {
                commands.Add(line[start..i]);
                start = line[i] == ';' ? i + 1 : ++i + 1;
            }
        }
        commands.Add(line[start..]);
        return [.. commands.Select(c => string.Join(' ', c.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).Where(c => c != "")];
    }
}
