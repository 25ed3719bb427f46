using MLOps.LocalCloud.Engine.Images.Dockerfiles;

namespace MLOps.LocalCloud.Engine.Images.Docker;

/// <summary>A docker command that fails, in docker's words.</summary>
internal sealed class DockerException(string message) : Exception(message);

/// <summary>The docker commands that a build may give: build, tag, push, pull, login, logout, images, version, info.</summary>
internal sealed class DockerCommands(DockerSession session, ImageStore store, ImageRegistry registry, RegistryTokens tokens, EngineBuild? engine, Action<string> output)
{
    public async Task RunAsync(DockerRequest request)
    {
        IReadOnlyList<string> arguments = [.. request.Arguments.SkipWhile(a => a is "image" or "buildx")];
        switch (arguments is [var command, ..] ? command : "")
        {
            case "build":
                await BuildAsync([.. arguments.Skip(1)], request.Folder);
                break;
            case "tag" when arguments is [_, var source, var target]:
                await TagAsync(Name(source), Name(target));
                break;
            case "push":
                Push([.. arguments.Skip(1).Where(a => a is not ("-q" or "--quiet"))]);
                break;
            case "pull" when arguments is [_, var source]:
                Pull(Name(source));
                break;
            case "login":
                Login([.. arguments.Skip(1)], request.Input);
                break;
            case "logout":
                session.Logins.Clear();
                break;
            case "images" or "ls":
                Images();
                break;
            case "version" or "--version" or "info":
                output($"Docker of the local cloud: build, tag, push, pull, login, logout and images are answered by its image store; {(engine is null ? "there is no Docker engine" : "the machine's Docker engine builds")}.");
                break;
            default:
                throw new DockerException($"docker {string.Join(' ', request.Arguments)}: {(engine is null ? "the local cloud has no Docker engine; it" : "the local cloud")} answers build, tag, push, pull, login, logout and images");
        }
    }

    private async Task TagAsync(ImageReference source, ImageReference target)
    {
        var digest = DigestOf(source) ?? throw new DockerException($"Error response from daemon: No such image: {source}");
        if (engine is not null)
            await engine.TagAsync(digest, target.ToString());
        session.Tags[target.ToString()] = digest;
    }

    private async Task BuildAsync(IReadOnlyList<string> arguments, string folder)
    {
        var options = DockerBuildOptions.Parse(arguments);
        var context = Path.GetFullPath(options.Context, folder);
        if (!Directory.Exists(context))
            throw new DockerException($"unable to prepare context: path \"{options.Context}\" not found");
        var dockerfile = options.Dockerfile is { } file ? Path.GetFullPath(file, folder) : Path.Combine(context, "Dockerfile");
        var tags = options.Tags.Select(Name).ToList();
        Action<string> told = options.Quiet ? _ => { } : output;
        var image = engine is not null
            ? await engine.RunAsync(options, context, dockerfile, tags.Select(t => t.ToString()), told)
            : new DockerfileBuild(store, new DockerfileBuildRequest(context, dockerfile, options.Arguments, options.Target, options.Labels), DigestOf, told).Run();
        output(options.Quiet ? image.Digest : $"Successfully built {image.Digest["sha256:".Length..][..12]}");
        foreach (var tag in tags)
        {
            session.Tags[tag.ToString()] = image.Digest;
            if (!options.Quiet)
                output($"Successfully tagged {tag}");
        }
    }

    private void Push(IReadOnlyList<string> arguments)
    {
        var all = arguments.Any(a => a is "-a" or "--all-tags");
        var name = arguments.SingleOrDefault(a => !a.StartsWith('-')) is { } text ? Name(text) : throw new DockerException("\"docker push\" requires exactly 1 argument.");
        var scope = name.Ecr ?? throw new DockerException($"The local cloud pushes to its own registry only; {name} is not a name of ECR");
        if (!session.Logins.ContainsKey(name.Registry!))
            throw new DockerException("no basic auth credentials");
        output($"The push refers to repository [{name.Name}]");
        var tags = session.Tags.Where(t => all ? Name(t.Key).Name == name.Name : t.Key == name.ToString()).ToList();
        if (tags.Count == 0)
            throw new DockerException($"An image does not exist locally with the tag: {name.Name}");
        foreach (var (tagged, digest) in tags)
        {
            var size = store.Size(digest);
            registry.Push(scope, name.Repository, Name(tagged).Tag, digest, size);
            output($"{Name(tagged).Tag}: digest: {digest} size: {size}");
        }
    }

    private void Pull(ImageReference name)
    {
        if (name.Ecr is not { } scope || registry.Resolve(scope, name) is not { } digest)
        {
            if (!BaseImages.StandsIn(name))
                throw new DockerException($"Error response from daemon: manifest for {name} not found: manifest unknown: Requested image not found");
            output($"{name}: this machine's own system stands in for it; there is nothing to pull");
            return;
        }
        if (!session.Logins.ContainsKey(name.Registry!))
            throw new DockerException("Error response from daemon: no basic auth credentials");
        session.Tags[name.ToString()] = digest;
        output($"Digest: {digest}");
    }

    private void Login(IReadOnlyList<string> arguments, string? input)
    {
        string? user = null, password = null, host = null;
        for (var i = 0; i < arguments.Count; i++)
        {
            var (option, value) = arguments[i].Split('=', 2) is [var o, var v] && o.StartsWith('-') ? (o, v) : (arguments[i], null);
            switch (option)
            {
                case "-u" or "--username":
                    user = value ?? arguments.ElementAtOrDefault(++i);
                    break;
                case "-p" or "--password":
                    password = value ?? arguments.ElementAtOrDefault(++i);
                    break;
                case "--password-stdin":
                    password = input?.Trim();
                    break;
                default:
                    host = option;
                    break;
            }
        }
        host = host?.Replace("https://", "", StringComparison.Ordinal).TrimEnd('/');
        if (host is null || new ImageReference(host, "", "", null).Ecr is not { } scope)
            throw new DockerException($"The local cloud logs in to its own registry only, and {host ?? "Docker Hub"} is not a name of ECR");
        if (user != "AWS" || password is null || !tokens.Accepts(scope.Account, password))
            throw new DockerException($"Error response from daemon: login attempt to https://{host}/v2/ failed with status: 400 Bad Request");
        session.Logins[host] = true;
        output("Login Succeeded");
    }

    private void Images()
    {
        output($"{"REPOSITORY",-60} {"TAG",-16} {"IMAGE ID",-14} SIZE");
        foreach (var (tag, digest) in session.Tags.OrderBy(t => t.Key, StringComparer.Ordinal))
            output($"{Name(tag).Name,-60} {Name(tag).Tag,-16} {digest["sha256:".Length..][..12],-14} {store.Size(digest)}B");
    }

    /// <summary>A local tag before the registry, which answers only those logged in, as docker's own order is.</summary>
    private string? DigestOf(ImageReference name)
    {
        if (session.Tags.TryGetValue(name.ToString(), out var local))
            return local;
        if (name.Ecr is not { } scope || registry.Resolve(scope, name) is not { } digest)
            return null;
        return session.Logins.ContainsKey(name.Registry!) ? digest : throw new DockerException($"pull access denied for {name}: no basic auth credentials");
    }

    private static ImageReference Name(string text) => ImageReference.Parse(text) ?? throw new DockerException($"invalid reference format: {text}");
}
