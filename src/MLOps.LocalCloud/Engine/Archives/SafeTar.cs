using System.Formats.Tar;

namespace MLOps.LocalCloud.Engine.Archives;

/// <summary>
/// Tars from outside: unpacked without leaving the folder and within bounds. Links are kept where they lead to something in the folder, as
/// models have them; nothing is ever written through one.
/// </summary>
public static class SafeTar
{
    private const UnixFileMode OwnerMay = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Permissions = (UnixFileMode)0x1FF;

    /// <summary>Unpacks into a folder, which is made. Permission bits are kept; the owner may always read and write.</summary>
    /// <exception cref="UnsafeArchiveException">An entry would leave the folder, is a device, or goes beyond the limits.</exception>
    public static async Task ExtractAsync(Stream source, string folder, ArchiveLimits limits, CancellationToken cancelled)
    {
        var root = Directory.CreateDirectory(folder).FullName;
        var left = limits.Bytes;
        var entries = 0;
        await using var tar = new TarReader(source, leaveOpen: true);
        while (await tar.GetNextEntryAsync(cancellationToken: cancelled) is { } entry)
        {
            if (++entries > limits.Entries)
                throw new UnsafeArchiveException($"the tar holds more than {limits.Entries} entries");
            if (PathOf(root, entry.Name, entry.Name) is not { } path || path == root)
                continue;
            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    Directory.CreateDirectory(path);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    left = await WriteAsync(entry, Fresh(path), left, limits, cancelled);
                    break;
                case TarEntryType.SymbolicLink:
                    Link(root, entry, Fresh(path));
                    break;
                case TarEntryType.HardLink:
                    // A copy: two names of one file would let a later entry change what an earlier one is.
                    left -= Copy(PathOf(root, entry.LinkName, entry.Name), Fresh(path), entry.Name, left, limits);
                    break;
                case TarEntryType.GlobalExtendedAttributes or TarEntryType.ExtendedAttributes:
                    break;
                default:
                    throw new UnsafeArchiveException($"the entry '{entry.Name}' is no file, folder or link");
            }
        }
    }

    /// <summary>Where an entry goes. Every folder on its way is a real one.</summary>
    private static string? PathOf(string root, string name, string entry)
    {
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (name.StartsWith('/') || name.Contains('\0') || name.Contains('\\') || parts.Contains(".."))
            throw new UnsafeArchiveException($"the entry '{entry}' leads out of the folder");
        var path = root;
        foreach (var part in parts.Where(p => p != "."))
        {
            if (new DirectoryInfo(path).LinkTarget is not null)
                throw new UnsafeArchiveException($"the entry '{entry}' goes through a link");
            path = Path.Combine(path, part);
        }
        return path;
    }

    private static string Fresh(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // The last entry of a name counts, as with every tar; what lies there, a link too, is taken away and not written through.
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
            throw new UnsafeArchiveException($"'{Path.GetFileName(path)}' is a folder and something else at once");
        File.Delete(path);
        return path;
    }

    private static async Task<long> WriteAsync(TarEntry entry, string path, long left, ArchiveLimits limits, CancellationToken cancelled)
    {
        await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
        {
            var buffer = new byte[81920];
            for (int read; entry.DataStream is not null && (read = await entry.DataStream.ReadAsync(buffer, cancelled)) > 0;)
            {
                if ((left -= read) < 0)
                    throw new UnsafeArchiveException($"the tar unpacks to more than {limits.Bytes} bytes (at '{entry.Name}')");
                await file.WriteAsync(buffer.AsMemory(0, read), cancelled);
            }
        }
        File.SetUnixFileMode(path, (entry.Mode & Permissions) | OwnerMay);
        return left;
    }

    private static void Link(string root, TarEntry entry, string path)
    {
        var target = Path.GetFullPath(entry.LinkName, Path.GetDirectoryName(path)!);
        if (entry.LinkName.StartsWith('/') || target != root && !target.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new UnsafeArchiveException($"the link '{entry.Name}' leads out of the folder");
        // A link over a link could lead out though each of them stays inside.
        for (var at = target; at.Length > root.Length; at = Path.GetDirectoryName(at)!)
            if (new FileInfo(at).LinkTarget is not null)
                throw new UnsafeArchiveException($"the link '{entry.Name}' leads to a link");
        File.CreateSymbolicLink(path, entry.LinkName);
    }

    private static long Copy(string? source, string path, string name, long left, ArchiveLimits limits)
    {
        if (source is null || !File.Exists(source) || new FileInfo(source).LinkTarget is not null)
            throw new UnsafeArchiveException($"the link '{name}' leads to no file of the tar");
        var length = new FileInfo(source).Length;
        if (length > left)
            throw new UnsafeArchiveException($"the tar unpacks to more than {limits.Bytes} bytes (at '{name}')");
        File.Copy(source, path);
        return length;
    }
}
