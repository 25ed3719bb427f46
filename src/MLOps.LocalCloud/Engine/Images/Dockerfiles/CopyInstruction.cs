namespace MLOps.LocalCloud.Engine.Images.Dockerfiles;

/// <summary>COPY, and ADD of local files.</summary>
internal sealed class CopyInstruction(string context, DockerIgnore ignore, Func<string, ImageTree?> stageOrImage)
{
    private UnixFileMode? mode;
    private ImageTree? from;

    /// <summary>Copies what the instruction names into the stage's files.</summary>
    public static void Run(Instruction instruction, BuildStage stage, string context, DockerIgnore ignore, Func<string, ImageTree?> stageOrImage) =>
        new CopyInstruction(context, ignore, stageOrImage).Run(instruction, stage);

    private void Run(Instruction instruction, BuildStage stage)
    {
        var words = DockerWords.SplitRaw(instruction.Rest).TakeWhile(w => w.StartsWith("--", StringComparison.Ordinal)).ToList();
        foreach (var flag in words)
            Flag(instruction.Keyword, DockerWords.Expand(flag, stage.Lookup));
        var rest = words.Aggregate(instruction.Rest, (text, flag) => text.TrimStart()[flag.Length..]).TrimStart();
        var paths = (instruction with { Rest = rest }).ExecForm()?.Select(p => DockerWords.Expand(p, stage.Lookup)).ToList()
            ?? DockerWords.Split(rest, stage.Lookup);
        if (paths.Count < 2)
            throw new DockerfileException($"{instruction.Keyword} requires at least two arguments, but only {paths.Count} was provided");
        var destination = ImageTree.Absolute(stage.Configuration.WorkingDirectory, paths[^1]);
        var sources = paths[..^1].SelectMany(p => Find(instruction.Keyword, p)).ToList();
        var intoFolder = sources.Count > 1 || paths.Count > 2 || paths[^1].EndsWith('/') || paths[^1] is "." or "..";
        if (intoFolder && sources.Count > 1 && !paths[^1].EndsWith('/') && paths[^1] is not ("." or ".."))
            throw new DockerfileException($"when using {instruction.Keyword} with more than one source file, the destination must be a directory and end with a /");
        foreach (var (path, relative) in sources)
            CopyOne(stage.Tree, path, relative, destination, intoFolder);
    }

    private void CopyOne(ImageTree tree, string path, string relative, string destination, bool intoFolder)
    {
        if (Directory.Exists(path))
        {
            // A folder's content goes into the destination, not the folder itself.
            tree.MakeDirectory(destination);
            tree.CopyIn(path, destination, mode, from is null ? below => ignore.Ignores(relative == "" ? below : $"{relative}/{below}") : null);
            return;
        }
        var target = intoFolder || tree.IsDirectory(destination) ? $"{destination}/{Path.GetFileName(path)}" : destination;
        tree.CopyIn(path, target, mode);
    }

    /// <summary>The paths that a source names, with wildcards; each on this machine and relative to the context.</summary>
    private List<(string Path, string Relative)> Find(string keyword, string source)
    {
        if (keyword == "ADD" && (source.Contains("://", StringComparison.Ordinal) || source.StartsWith("git@", StringComparison.Ordinal)))
            throw new DockerfileException($"ADD of {source}: only local files can be added");
        var relative = ImageTree.Absolute("/", source)[1..];
        if (from is null && source.Split('/').Contains(".."))
            throw new DockerfileException($"{keyword} failed: forbidden path outside the build context: {source}");
        var root = from?.Root ?? context;
        var found = PathPattern.HasWildcard(relative) ? Match(root, relative).ToList() : Exists(root, relative) ? [relative] : [];
        found.RemoveAll(f => from is null && f != "" && ignore.Ignores(f) && !Directory.Exists(Path.Combine(root, f)));
        if (found.Count == 0)
            throw new DockerfileException(from is null
                ? $"{keyword} failed: file not found in build context or excluded by .dockerignore: stat {relative}: file does not exist"
                : $"{keyword} failed: /{relative} is not among the files that the other image adds to its system");
        if (keyword == "ADD" && found.FirstOrDefault(IsArchive) is { } archive)
            throw new DockerfileException($"ADD would unpack the archive {archive}, which is not supported; use COPY, or unpack it before the build");
        return [.. found.Select(f => (Path.Combine(root, f), f))];
    }

    private void Flag(string keyword, string flag)
    {
        var (name, value) = flag.Split('=', 2) is [var n, var v] ? (n, v) : (flag, "");
        switch (name)
        {
            case "--chmod":
                if (FileModes.Parse(value) is not { } change || !char.IsAsciiDigit(value[0]))
                    throw new DockerfileException($"invalid chmod parameter: '{value}'");
                mode = change(0, false);
                break;
            case "--from" when keyword == "COPY":
                from = stageOrImage(value) ?? throw new DockerfileException($"COPY --from={value}: there is no such stage or image");
                break;
            case "--chown" or "--link":
                // Images run as the user that runs the local cloud, and layers are one tree.
                break;
            default:
                throw new DockerfileException($"unknown flag: {name}");
        }
    }

    private static bool Exists(string root, string relative)
    {
        var path = root;
        foreach (var part in relative.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (new DirectoryInfo(path).LinkTarget is not null && path != root)
                throw new DockerfileException($"{relative} leads through a link; name the real path");
            path = Path.Combine(path, part);
        }
        return File.Exists(path) || Directory.Exists(path) || new FileInfo(path).LinkTarget is not null;
    }

    private static IEnumerable<string> Match(string root, string pattern)
    {
        var regex = PathPattern.Compile(pattern, below: false);
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, MaxRecursionDepth = 64 };
        return Directory.EnumerateFileSystemEntries(root, "*", options)
            .Select(e => Path.GetRelativePath(root, e).Replace('\\', '/'))
            .Where(e => regex.IsMatch(e)).Order(StringComparer.Ordinal);
    }

    private static bool IsArchive(string name) =>
        ((string[])[".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".txz"]).Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));
}
