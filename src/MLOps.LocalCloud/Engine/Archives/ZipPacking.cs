using System.IO.Compression;

namespace MLOps.LocalCloud.Engine.Archives;

/// <summary>Makes zips.</summary>
public static class ZipPacking
{
    private const int RegularFile = 0x8000;

    /// <summary>Packs files under the names given, with their permission bits.</summary>
    /// <param name="files">Names inside the zip, with <c>/</c>, and paths on this machine.</param>
    public static void Pack(Stream target, IEnumerable<(string Name, string Path)> files)
    {
        using var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, path) in files)
        {
            var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
            entry.ExternalAttributes = (RegularFile | (int)File.GetUnixFileMode(path)) << 16;
            using var content = File.OpenRead(path);
            using var packed = entry.Open();
            content.CopyTo(packed);
        }
    }
}
