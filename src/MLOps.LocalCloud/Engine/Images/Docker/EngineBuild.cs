using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Containers.Engines;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Images.Docker;

/// <summary>
/// Has the machine's Docker engine build an image. The image's files stay with the engine, which also knows it by its tags, so that later
/// builds can go on from it; the store keeps its configuration under a digest as it does for its own images.
/// </summary>
internal sealed class EngineBuild(DockerEngine docker, ImageStore store)
{
    /// <exception cref="DockerException">The build failed; the engine has said why in its output.</exception>
    public async Task<ImageManifest> RunAsync(DockerBuildOptions options, string context, string dockerfile, IEnumerable<string> tags, Action<string> output)
    {
        var file = Path.Combine(Path.GetTempPath(), $"mlops-image-{Guid.NewGuid():n}");
        try
        {
            List<string> arguments = ["build", "--file", dockerfile, "--iidfile", file];
            if (options.Target is { } target)
                arguments.AddRange(["--target", target]);
            foreach (var (name, value) in options.Arguments)
                arguments.AddRange(["--build-arg", $"{name}={value}"]);
            foreach (var (name, value) in options.Labels)
                arguments.AddRange(["--label", $"{name}={value}"]);
            foreach (var tag in tags)
                arguments.AddRange(["--tag", tag]);
            var code = await docker.RunAsync([.. arguments, context], output);
            if (code != 0)
                throw new DockerException($"docker build ended with {code}");
            return await SealAsync((await File.ReadAllTextAsync(file)).Trim());
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Gives an image of the engine a further name.</summary>
    public async Task TagAsync(string digest, string name)
    {
        if (store.Load(digest)?.EngineImage is { Length: > 0 } image && await docker.RunAsync("tag", image, name) is (not 0, var lines))
            throw new DockerException(string.Join('\n', lines));
    }

    private async Task<ImageManifest> SealAsync(string id)
    {
        var (code, lines) = await docker.RunAsync("image", "inspect", "--format", "{{json .Config}}", id);
        if (code != 0 || JsonNode.Parse(lines.FirstOrDefault(l => l.StartsWith('{')) ?? "null") is not JsonObject config)
            throw new DockerException(string.Join('\n', lines));
        return store.Seal(store.Scratch(), new ImageConfiguration
        {
            Environment = new(config.Texts("Env").Select(e => e.Split('=', 2)).Select(p => KeyValuePair.Create(p[0], p[^1]))),
            Labels = new((config.Object("Labels") ?? []).Select(l => KeyValuePair.Create(l.Key, l.Value!.GetValue<string>()))),
            EntryPoint = [.. config.Texts("Entrypoint")],
            Command = [.. config.Texts("Cmd")],
            WorkingDirectory = config.Text("WorkingDir") is { Length: > 0 } folder ? folder : "/",
            User = config.Text("User") ?? "",
            Ports = new SortedSet<string>((config.Object("ExposedPorts") ?? []).Select(p => p.Key), StringComparer.Ordinal),
            EngineImage = id.StartsWith("sha256:", StringComparison.Ordinal) ? id : "sha256:" + id,
        });
    }
}
