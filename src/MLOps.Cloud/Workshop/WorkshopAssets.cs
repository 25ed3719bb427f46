using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Connections;

namespace MLOps.Cloud.Workshop;

/// <summary>The files that the workshop is made of: templates, the training function, image sources, data.</summary>
internal sealed class WorkshopAssets(IOptions<CloudOptions> options)
{
    // Neither tests nor what Python leaves behind belong into an image or a function.
    private static readonly HashSet<string> Unwanted = new(StringComparer.Ordinal) { "tests", "__pycache__", ".pytest_cache" };

    // Zips of equal files are equal, whenever they are made: their hash names them.
    private static readonly DateTimeOffset ZipTime = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The folder with <c>Infrastructure</c> and <c>Images</c>.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none where it was looked for; the message says where.</exception>
    public string Root => Candidates().FirstOrDefault(c => File.Exists(Path.Combine(c, "Infrastructure", "base.yml")))
        ?? throw new DirectoryNotFoundException(
            $"The workshop's files (Infrastructure/base.yml) are not in {string.Join(" or ", Candidates())}. Set Cloud:Workshop:AssetsFolder to the folder that holds them.");

    /// <summary>The text of a file under <c>Infrastructure</c>.</summary>
    public Task<string> TextAsync(string path, CancellationToken cancelled) => File.ReadAllTextAsync(Path.Combine(Root, "Infrastructure", path), cancelled);

    /// <summary>The bytes of a file under <c>Infrastructure</c>.</summary>
    public Task<byte[]> BytesAsync(string path, CancellationToken cancelled) => File.ReadAllBytesAsync(Path.Combine(Root, "Infrastructure", path), cancelled);

    /// <summary>The sources of the images by their path in the repository.</summary>
    public async Task<IReadOnlyList<(string Path, byte[] Content)>> ImageSourcesAsync(CancellationToken cancelled) =>
        await FilesAsync(Path.Combine(Root, "Images"), cancelled);

    /// <summary>The training function as a zip, and the hash of it.</summary>
    public async Task<(byte[] Zip, string Hash)> FunctionAsync(CancellationToken cancelled)
    {
        var zip = Zip(await FilesAsync(Path.Combine(Root, "Infrastructure", "functions", "train_model"), cancelled));
        return (zip, Convert.ToHexStringLower(SHA256.HashData(zip))[..16]);
    }

    /// <summary>The upload that starts the model pipeline, with the place of the account filled in.</summary>
    public async Task<byte[]> TrainingJobAsync(string account, string region, string bucket, CancellationToken cancelled)
    {
        var files = new List<(string, byte[])>();
        foreach (var name in (string[])["trainingjob.json", "deployment.json", "model_card.md", "validation/cases.csv"])
        {
            var text = await TextAsync(Path.Combine("workshop", "iris-model", name), cancelled);
            text = text.Replace("{account}", account, StringComparison.Ordinal)
                .Replace("{region}", region, StringComparison.Ordinal)
                .Replace("{bucket}", bucket, StringComparison.Ordinal);
            files.Add((name, System.Text.Encoding.UTF8.GetBytes(text)));
        }
        return Zip(files);
    }

    private static async Task<List<(string Path, byte[] Content)>> FilesAsync(string folder, CancellationToken cancelled)
    {
        var files = new List<(string, byte[])>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var path = Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/');
            if (!path.Split('/').Any(Unwanted.Contains) && !path.EndsWith(".pyc", StringComparison.Ordinal))
                files.Add((path, await File.ReadAllBytesAsync(file, cancelled)));
        }
        return files;
    }

    private static byte[] Zip(IEnumerable<(string Path, byte[] Content)> files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                var entry = zip.CreateEntry(path);
                entry.LastWriteTime = ZipTime;
                using var target = entry.Open();
                target.Write(content);
            }
        }
        return stream.ToArray();
    }

    private IEnumerable<string> Candidates()
    {
        if (options.Value.Workshop.AssetsFolder is { Length: > 0 } configured)
        {
            yield return Path.GetFullPath(configured);
            yield break;
        }
        yield return Path.Combine(AppContext.BaseDirectory, "workshop");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "src", "Infrastructure")))
                yield return Path.Combine(folder.FullName, "src");
    }
}
