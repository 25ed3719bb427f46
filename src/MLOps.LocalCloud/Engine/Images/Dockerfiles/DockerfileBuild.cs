namespace MLOps.LocalCloud.Engine.Images.Dockerfiles;

/// <summary>What to build.</summary>
/// <param name="Context">The folder that COPY takes files from.</param>
/// <param name="Dockerfile">The path of the Dockerfile.</param>
/// <param name="Arguments">Values of <c>--build-arg</c>.</param>
/// <param name="Target">The stage to stop at, or null for the last.</param>
/// <param name="Labels">Values of <c>--label</c>.</param>
internal sealed record DockerfileBuildRequest(
    string Context, string Dockerfile, IReadOnlyDictionary<string, string> Arguments, string? Target, IReadOnlyDictionary<string, string> Labels);

/// <summary>
/// Builds an image from a Dockerfile without a Docker engine: files are laid out in a folder, the configuration is read,
/// commands are recorded.
/// </summary>
/// <param name="digestOf">The digest that a name stands for (a local tag, or an image of the registry), or null.</param>
/// <param name="log">Takes the build's output, a line a call.</param>
internal sealed class DockerfileBuild(ImageStore store, DockerfileBuildRequest request, Func<ImageReference, string?> digestOf, Action<string> log)
{
    private readonly Dictionary<string, string> globals = [];
    private readonly List<BuildStage> stages = [];
    private readonly HashSet<string> consumed = [];
    private readonly DockerIgnore ignore = DockerIgnore.Of(request.Context, request.Dockerfile);

    /// <summary>Builds and stores the image.</summary>
    /// <exception cref="DockerfileException">The Dockerfile cannot be built; the message names the line.</exception>
    public ImageManifest Run()
    {
        if (!File.Exists(request.Dockerfile))
            throw new DockerfileException($"unable to evaluate symlinks in Dockerfile path: lstat {request.Dockerfile}: no such file or directory");
        var instructions = Instruction.Parse(File.ReadAllText(request.Dockerfile));
        try
        {
            return Run(instructions);
        }
        finally
        {
            foreach (var stage in stages.Where(s => Directory.Exists(s.Tree.Root)))
                Directory.Delete(stage.Tree.Root, recursive: true);
        }
    }

    private ImageManifest Run(IReadOnlyList<Instruction> instructions)
    {
        for (var i = 0; i < instructions.Count; i++)
        {
            var instruction = instructions[i];
            if (instruction.Keyword == "FROM" && request.Target is not null && stages.LastOrDefault()?.Name == request.Target)
                break;
            log($"Step {i + 1}/{instructions.Count} : {instruction.Keyword} {instruction.Rest}");
            try
            {
                Step(instruction);
            }
            catch (DockerfileException e) when (e.Line is null)
            {
                throw new DockerfileException(e.Message, instruction.Line);
            }
        }
        if (stages.Count == 0)
            throw new DockerfileException("the Dockerfile has no FROM");
        if (request.Target is not null && stages[^1].Name != request.Target)
            throw new DockerfileException($"failed to reach build target {request.Target} in Dockerfile");
        foreach (var (name, value) in request.Labels)
            stages[^1].Configuration.Labels[name] = value;
        if (request.Arguments.Keys.Except(consumed).ToList() is { Count: > 0 } unused)
            log($"[Warning] One or more build-args [{string.Join(' ', unused)}] were not consumed");
        return store.Seal(stages[^1].Tree.Root, stages[^1].Configuration);
    }

    private void Step(Instruction instruction)
    {
        if (instruction.Keyword == "FROM")
        {
            From(instruction);
            return;
        }
        if (instruction.Keyword == "ARG")
        {
            Argument(instruction);
            return;
        }
        var stage = stages.LastOrDefault() ?? throw new DockerfileException($"no build stage in current context: {instruction.Keyword} stands before FROM");
        switch (instruction.Keyword)
        {
            case "COPY" or "ADD":
                CopyInstruction.Run(instruction, stage, request.Context, ignore, StageOrImage);
                break;
            case "RUN":
                RunInstruction.Run(instruction, stage, log);
                break;
            case "WORKDIR":
                stage.Configuration.WorkingDirectory = ImageTree.Absolute(stage.Configuration.WorkingDirectory, DockerWords.Expand(instruction.Rest, stage.Lookup));
                stage.Tree.MakeDirectory(stage.Configuration.WorkingDirectory);
                break;
            default:
                if (!ConfigurationInstructions.Run(instruction, stage))
                    throw new DockerfileException(instruction.Keyword == "ONBUILD" ? "ONBUILD is not supported" : $"unknown instruction: {instruction.Keyword}");
                break;
        }
        stage.Configuration.History.Add($"{instruction.Keyword} {instruction.Rest}");
    }

    private void From(Instruction instruction)
    {
        var words = DockerWords.Split(instruction.Rest, globals.GetValueOrDefault).Where(w => !w.StartsWith("--platform=", StringComparison.Ordinal)).ToList();
        if (words is not ([_] or [_, _, _]) || (words.Count == 3 && !words[1].Equals("as", StringComparison.OrdinalIgnoreCase)))
            throw new DockerfileException("FROM requires either one or three arguments");
        var name = words.Count == 3 ? words[2].ToLowerInvariant() : null;
        if (words[0] == "")
            throw new DockerfileException($"base name ({instruction.Rest}) should not be blank");
        var (source, configuration) = Base(words[0]);
        var tree = new ImageTree(store.Scratch());
        stages.Add(new BuildStage(name, tree, configuration));
        if (source is not null)
            tree.CopyIn(source, "/", null);
    }

    /// <summary>The files and configuration that a FROM starts with.</summary>
    private (string? Source, ImageConfiguration Configuration) Base(string text)
    {
        if (stages.Find(s => text.Equals(s.Name, StringComparison.OrdinalIgnoreCase)) is { } earlier)
            return (earlier.Tree.Root, earlier.Configuration.Copy());
        var name = ImageReference.Parse(text) ?? throw new DockerfileException($"failed to parse stage name \"{text}\": invalid reference format");
        if (digestOf(name) is { } digest)
        {
            log($" ---> {digest}");
            return (store.Load(digest)!.FilesFolder, store.Configuration(digest));
        }
        if (!BaseImages.StandsIn(name))
            throw new DockerfileException(
                $"manifest for {name} not found: it is neither in this registry nor a local tag, and this machine's system stands in only for {BaseImages.List}");
        log($" ---> This machine's own system and Python stand in for {name}");
        return (null, new ImageConfiguration { System = name.ToString() });
    }

    private void Argument(Instruction instruction)
    {
        foreach (var word in DockerWords.SplitRaw(instruction.Rest))
        {
            var stage = stages.LastOrDefault();
            Func<string, string?> lookup = stage is null ? globals.GetValueOrDefault : stage.Lookup;
            var (name, value) = word.Split('=', 2) is [var n, var v] ? (n, DockerWords.Expand(v, lookup)) : (word, globals.GetValueOrDefault(word));
            consumed.Add(name);
            value = request.Arguments.GetValueOrDefault(name) ?? value;
            if (value is not null)
                (stage?.Arguments ?? globals)[name] = value;
        }
    }

    private ImageTree? StageOrImage(string name)
    {
        if (stages[..^1].Find(s => name.Equals(s.Name, StringComparison.OrdinalIgnoreCase)) is { } named)
            return named.Tree;
        if (int.TryParse(name, out var number))
            return number >= 0 && number < stages.Count - 1 ? stages[number].Tree : null;
        return ImageReference.Parse(name) is { } reference && digestOf(reference) is { } digest ? new ImageTree(store.Load(digest)!.FilesFolder) : null;
    }
}
