using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Images;

/// <summary>
/// The images of this machine, each in a folder named by its digest: <c>files/</c> laid out from <c>/</c>, <c>config.json</c>
/// and <c>manifest.json</c> as Docker writes them. The registry says which names mean which digest.
/// </summary>
internal sealed class ImageStore(StateFolder folder, ImageRegistry registry) : IImageStore
{
    public const string MediaType = "application/vnd.docker.distribution.manifest.v2+json";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly ConcurrentDictionary<string, ImageManifest> loaded = new();

    public ImageManifest? Find(string reference) =>
        ImageReference.Parse(reference) is { Ecr: { } scope } name && registry.Resolve(scope, name) is { } digest ? Load(digest) : null;

    /// <summary>A new empty folder for a build to lay files out in; give it to <see cref="Seal"/>, or delete it.</summary>
    public string Scratch() => folder.Folder("images", "scratch", Guid.NewGuid().ToString("n"));

    /// <summary>Makes an image of a folder and a configuration. The folder is taken over.</summary>
    public ImageManifest Seal(string tree, ImageConfiguration configuration)
    {
        var (layer, size) = TreeDigest.Of(tree);
        var config = configuration.ToJson(layer).ToJsonString(Indented);
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaType,
            ["config"] = Part("application/vnd.docker.container.image.v1+json", Encoding.UTF8.GetByteCount(config), Digest(config)),
            ["layers"] = new JsonArray(Part("application/vnd.docker.image.rootfs.diff.tar", size, layer)),
        }.ToJsonString(Indented);
        var digest = Digest(manifest);
        if (Load(digest) is { } known)
        {
            Directory.Delete(tree, recursive: true);
            return known;
        }
        // One rename publishes the image: a crash before it leaves only scratch behind.
        var staging = Scratch();
        Directory.Move(tree, Path.Combine(staging, "files"));
        File.WriteAllText(Path.Combine(staging, "config.json"), config);
        File.WriteAllText(Path.Combine(staging, "manifest.json"), manifest);
        Publish(staging, PathOf(digest));
        return Load(digest)!;
    }

    /// <summary>The image of a digest, or null.</summary>
    public ImageManifest? Load(string digest)
    {
        if (loaded.TryGetValue(digest, out var known))
            return known;
        var path = PathOf(digest);
        if (!File.Exists(Path.Combine(path, "manifest.json")))
            return null;
        var configuration = Configuration(digest);
        return loaded[digest] = new ImageManifest(
            digest, Path.Combine(path, "files"), configuration.Environment, configuration.WorkingDirectory,
            configuration.EntryPoint, configuration.Command, configuration.Labels) { EngineImage = configuration.EngineImage };
    }

    /// <summary>The configuration of a known image.</summary>
    public ImageConfiguration Configuration(string digest) =>
        ImageConfiguration.FromJson((JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(PathOf(digest), "config.json")))!);

    /// <summary>The manifest of a known image, byte for byte what its digest is over.</summary>
    public string ManifestText(string digest) => File.ReadAllText(Path.Combine(PathOf(digest), "manifest.json"));

    /// <summary>The size of a known image: its layer and its configuration, in bytes.</summary>
    public long Size(string digest)
    {
        var manifest = (JsonObject)JsonNode.Parse(ManifestText(digest))!;
        return (long)(manifest.Object("config")!.Number("size")! + manifest.Objects("layers").Sum(l => l.Number("size")!))!;
    }

    /// <summary>Deletes what no repository names: unfinished builds, and images that were never pushed or are deleted since.</summary>
    public void Sweep()
    {
        foreach (var scratch in Directory.GetDirectories(folder.Folder("images", "scratch")))
            Directory.Delete(scratch, recursive: true);
        var named = registry.Digests().Select(PathOf).ToHashSet();
        foreach (var image in Directory.GetDirectories(folder.Folder("images", "sha256")).Where(i => !named.Contains(i)))
            Directory.Delete(image, recursive: true);
    }

    private static void Publish(string staging, string path)
    {
        try
        {
            Directory.Move(staging, path);
        }
        catch (IOException) when (Directory.Exists(path))
        {
            // Another build made the same image meanwhile.
            Directory.Delete(staging, recursive: true);
        }
    }

    private string PathOf(string digest) => Path.Combine(folder.Folder("images", "sha256"), digest["sha256:".Length..]);

    private static JsonObject Part(string type, long size, string digest) => new() { ["mediaType"] = type, ["size"] = size, ["digest"] = digest };

    private static string Digest(string text) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
