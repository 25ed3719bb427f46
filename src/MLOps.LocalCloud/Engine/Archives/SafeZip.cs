using System.IO.Compression;

namespace MLOps.LocalCloud.Engine.Archives;

/// <summary>An archive that must not be unpacked; the message says which entry and why.</summary>
public sealed class UnsafeArchiveException(string message) : Exception(message);

/// <summary>How much an archive may hold.</summary>
/// <param name="Bytes">Unpacked, of all entries together; counted while unpacking, whatever the archive claims.</param>
/// <param name="Entries">Files and folders.</param>
public readonly record struct ArchiveLimits(long Bytes, int Entries)
{
    /// <summary>What Lambda takes: 250 MiB unpacked.</summary>
    public static ArchiveLimits Function => new(250L * 1024 * 1024, 50_000);

    /// <summary>What a pipeline's artifact may hold here: 2 GiB unpacked.</summary>
    public static ArchiveLimits Artifact => new(2L * 1024 * 1024 * 1024, 100_000);

    /// <summary>What a model may hold here: 20 GiB unpacked.</summary>
    public static ArchiveLimits Model => new(20L * 1024 * 1024 * 1024, 100_000);
}

/// <summary>Zips from outside: unpacked without leaving the folder, without links, and within bounds.</summary>
public static class SafeZip
{
    private const int FileTypeMask = 0xF000, RegularFile = 0x8000, Folder = 0x4000;

    /// <summary>Unpacks into a folder, which is made. Permission bits are kept; owner may always read and write.</summary>
    /// <exception cref="UnsafeArchiveException">It is no zip, or an entry would leave the folder, is a link, or goes beyond the limits.</exception>
    public static void Extract(Stream source, string folder, ArchiveLimits limits)
    {
        using var zip = Open(source);
        if (zip.Entries.Count > limits.Entries)
            throw new UnsafeArchiveException($"the zip holds {zip.Entries.Count} entries; {limits.Entries} are allowed");
        Directory.CreateDirectory(folder);
        var left = limits.Bytes;
        try
        {
            foreach (var entry in zip.Entries)
                ExtractEntry(entry, folder, ref left, limits);
        }
        catch (InvalidDataException e)
        {
            throw new UnsafeArchiveException($"the zip is damaged: {e.Message}");
        }
    }

    /// <summary>The text of one file of a zip, or null where it has no such file.</summary>
    /// <param name="largest">In bytes, unpacked.</param>
    public static string? ReadText(Stream source, string path, int largest = 4 * 1024 * 1024)
    {
        using var zip = Open(source);
        var wanted = Normalize(path);
        if (zip.Entries.FirstOrDefault(e => Normalize(e.FullName) == wanted) is not { } entry)
            return null;
        using var content = entry.Open();
        using var memory = new MemoryStream();
        Copy(content, memory, entry.FullName, largest);
        return System.Text.Encoding.UTF8.GetString(memory.ToArray()).TrimStart('\uFEFF');
    }

    private static ZipArchive Open(Stream source)
    {
        try
        {
            return new ZipArchive(source, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException e)
        {
            throw new UnsafeArchiveException($"this is no zip: {e.Message}");
        }
    }

    private static void ExtractEntry(ZipArchiveEntry entry, string folder, ref long left, ArchiveLimits limits)
    {
        var name = entry.FullName;
        if (name.Contains('\\') || name.StartsWith('/') || name.Contains('\0') || name.Split('/').Contains("..") || (name.Length > 1 && name[1] == ':'))
            throw new UnsafeArchiveException($"the entry '{name}' leads out of the folder");
        var mode = entry.ExternalAttributes >> 16;
        if ((mode & FileTypeMask) is not (0 or RegularFile or Folder))
            throw new UnsafeArchiveException($"the entry '{name}' is a link or a device");
        var path = Path.Combine(folder, Normalize(name));
        if (name.EndsWith('/'))
        {
            Directory.CreateDirectory(path);
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path) || Directory.Exists(path))
            throw new UnsafeArchiveException($"the entry '{name}' is there twice");
        using (var content = entry.Open())
        using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
            left -= Copy(content, file, name, left, limits.Bytes);
        var bits = (UnixFileMode)(mode & 0x1FF);
        File.SetUnixFileMode(path, (bits == 0 ? (UnixFileMode)Convert.ToInt32("644", 8) : bits) | UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static long Copy(Stream content, Stream target, string name, long largest, long? limit = null)
    {
        var buffer = new byte[81920];
        long total = 0;
        for (int read; (read = content.Read(buffer)) > 0;)
        {
            total += read;
            if (total > largest)
                throw new UnsafeArchiveException($"the zip unpacks to more than {limit ?? largest} bytes (at '{name}')");
            target.Write(buffer, 0, read);
        }
        return total;
    }

    private static string Normalize(string path) =>
        string.Join('/', path.Split('/').Where(p => p is not ("" or ".")));
}
