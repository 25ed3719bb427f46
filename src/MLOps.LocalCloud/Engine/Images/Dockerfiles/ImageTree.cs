namespace MLOps.LocalCloud.Engine.Images.Dockerfiles;

/// <summary>
/// The files of an image while it is built. Every path is one inside the image; nothing is read or written outside the
/// folder, also not through links that an earlier instruction laid.
/// </summary>
internal sealed class ImageTree(string root)
{
    public string Root { get; } = root;

    /// <summary>Joins and normalizes: the absolute path inside the image.</summary>
    public static string Absolute(string workingDirectory, string path)
    {
        var parts = new List<string>();
        foreach (var part in (path.StartsWith('/') ? path : $"{workingDirectory}/{path}").Split('/'))
        {
            if (part == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (part is not ("" or "." or ".."))
                parts.Add(part);
        }
        return "/" + string.Join('/', parts);
    }

    /// <summary>The path on this machine for a path inside the image.</summary>
    /// <exception cref="DockerfileException">A folder on the way is a link.</exception>
    public string OnDisk(string inside)
    {
        var parts = Absolute("/", inside).Split('/', StringSplitOptions.RemoveEmptyEntries).ToList();
        // The systems that stand under images keep these below /usr and link to them.
        if (parts is ["bin" or "sbin" or "lib" or "lib64", _, ..])
            parts.Insert(0, "usr");
        var path = Root;
        for (var i = 0; i < parts.Count; i++)
        {
            path = Path.Combine(path, parts[i]);
            if (i < parts.Count - 1 && new FileInfo(path).LinkTarget is { } target)
                throw new DockerfileException($"{inside} leads through the link /{string.Join('/', parts.Take(i + 1))} -> {target}; name the real path");
        }
        return path;
    }

    public bool IsDirectory(string inside) => Directory.Exists(OnDisk(inside)) && new FileInfo(OnDisk(inside)).LinkTarget is null;

    /// <summary>Whether anything lies at a path.</summary>
    public bool Exists(string inside)
    {
        var path = OnDisk(inside);
        return File.Exists(path) || Directory.Exists(path) || new FileInfo(path).LinkTarget is not null;
    }

    public void MakeDirectory(string inside) => Directory.CreateDirectory(OnDisk(inside));

    public void Link(string inside, string target)
    {
        var path = OnDisk(inside);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, target);
    }

    /// <summary>Sets the permission bits of what lies at a path, and with <paramref name="deep"/> of all below it.</summary>
    public void SetMode(string inside, Func<UnixFileMode, bool, UnixFileMode> change, bool deep)
    {
        var path = OnDisk(inside);
        if (new FileInfo(path).LinkTarget is not null)
            return;
        File.SetUnixFileMode(path, change(File.GetUnixFileMode(path), Directory.Exists(path)));
        if (deep && Directory.Exists(path))
            foreach (var entry in Directory.EnumerateFileSystemEntries(path))
                SetMode($"{inside}/{Path.GetFileName(entry)}", change, deep: true);
    }

    /// <summary>Copies a file, a link (as a link) or a folder's content over what is there.</summary>
    /// <param name="source">A path on this machine.</param>
    /// <param name="ignores">Tells by the path below <paramref name="source"/> what to leave out.</param>
    public void CopyIn(string source, string inside, UnixFileMode? mode, Func<string, bool>? ignores = null, string below = "")
    {
        var target = OnDisk(inside);
        if (new FileInfo(source).LinkTarget is { } link)
        {
            Clear(target);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.CreateSymbolicLink(target, link);
        }
        else if (Directory.Exists(source))
        {
            CopyFolder(source, inside, target, mode, ignores, below);
        }
        else if (ignores?.Invoke(below) != true)
        {
            Clear(target);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target);
            File.SetUnixFileMode(target, mode ?? File.GetUnixFileMode(source));
        }
    }

    private void CopyFolder(string source, string inside, string target, UnixFileMode? mode, Func<string, bool>? ignores, string below)
    {
        if (!Directory.Exists(target))
            Clear(target);
        // A folder that only holds ignored files is not made; one that is itself not ignored is.
        if (below == "" || ignores?.Invoke(below) != true)
            Directory.CreateDirectory(target);
        foreach (var entry in Directory.EnumerateFileSystemEntries(source).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(entry);
            var path = below == "" ? name : $"{below}/{name}";
            var isFolder = Directory.Exists(entry) && new FileInfo(entry).LinkTarget is null;
            if (isFolder || ignores?.Invoke(path) != true)
                CopyIn(entry, $"{inside}/{name}", mode, ignores, path);
        }
    }

    private static void Clear(string path)
    {
        var entry = new FileInfo(path);
        if (entry.Exists || entry.LinkTarget is not null)
            entry.Delete();
        else if (Directory.Exists(path))
            throw new DockerfileException($"cannot copy a file over the folder {Path.GetFileName(path)}");
    }
}
