using System.Formats.Tar;
using System.IO.Compression;
using MLOps.LocalCloud.Engine.Archives;

namespace MLOps.LocalCloud.Engine.Artifacts;

/// <summary>Packs and unpacks <c>.tar.gz</c> as SageMaker does: names relative to the folder.</summary>
internal static class Tarball
{
    public static async Task PackAsync(string folder, string path, CancellationToken cancelled)
    {
        await using var file = File.Create(path);
        await using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        await TarFile.CreateFromDirectoryAsync(folder, gzip, includeBaseDirectory: false, cancelled);
    }

    /// <exception cref="InvalidDataException">The file is no gzip, or holds what <see cref="SafeTar"/> refuses.</exception>
    public static async Task UnpackAsync(string path, string folder, CancellationToken cancelled)
    {
        await using var file = File.OpenRead(path);
        await using var gzip = new GZipStream(file, CompressionMode.Decompress);
        try
        {
            await SafeTar.ExtractAsync(gzip, folder, ArchiveLimits.Model, cancelled);
        }
        catch (Exception e) when (e is UnsafeArchiveException or IOException or FormatException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InvalidDataException($"It cannot be unpacked: {e.Message}", e);
        }
    }
}
