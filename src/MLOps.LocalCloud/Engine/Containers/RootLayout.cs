namespace MLOps.LocalCloud.Engine.Containers;

/// <summary>
/// Lays out the root that a program sees: the host's system, read-only, the image's files over it, and folders mounted
/// where neither may have a place for them. A folder that nothing reaches into is bound whole; one that something is put
/// into is made anew and its entries are bound one by one.
/// </summary>
internal sealed class RootLayout(string imageFiles, IReadOnlyDictionary<string, string> writable, IReadOnlyList<string> readOnly, IReadOnlyList<string> hidden)
{
    /// <summary>What of the host's root a program may see. Homes, mounted disks, run-time sockets and other data are not among it.</summary>
    private static readonly HashSet<string> System = ["bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr", "etc", "opt", "nix", "gnu", "sys"];

    private readonly List<string> arguments = [];

    /// <summary>bubblewrap's arguments.</summary>
    public IReadOnlyList<string> Arguments()
    {
        foreach (var name in Names("/"))
            Place("/" + name, System.Contains(name));
        return arguments;
    }

    private void Place(string path, bool host)
    {
        if (writable.TryGetValue(path, out var source))
            Add("--bind", source, path);
        else if (readOnly.Contains(path))
            Add("--ro-bind", path, path);
        else if (hidden.Contains(path))
            Hide(path);
        else
            PlaceOwn(path, imageFiles + path, host);
    }

    private void PlaceOwn(string path, string image, bool host)
    {
        var hostHas = host && (Path.Exists(path) || IsLink(path));
        var imageHas = Path.Exists(image) || IsLink(image);
        var merged = Within(path) || (imageHas && hostHas && Directory.Exists(image) && !IsLink(image) && Directory.Exists(path));
        if (merged)
        {
            Add("--dir", path);
            foreach (var name in Names(path, host))
                Place($"{path}/{name}", host);
        }
        else if (imageHas)
            Bind(image, path);
        else if (hostHas)
            Bind(path, path);
    }

    private void Hide(string path)
    {
        Add("--tmpfs", path);
        foreach (var name in Names(path, host: false))
            Place($"{path}/{name}", host: false);
    }

    private void Bind(string source, string path)
    {
        if (new FileInfo(source).LinkTarget is { } target)
            Add("--symlink", target, path);
        else
            Add("--ro-bind", source, path);
    }

    /// <summary>Whether something is mounted or hidden below a path.</summary>
    private bool Within(string path) =>
        writable.Keys.Concat(readOnly).Any(p => p.StartsWith(path + "/", StringComparison.Ordinal)) ||
        hidden.Any(p => p.StartsWith(path + "/", StringComparison.Ordinal) && Directory.Exists(p));

    private SortedSet<string> Names(string path, bool host = true)
    {
        var prefix = path == "/" ? "/" : path + "/";
        var names = new SortedSet<string>(StringComparer.Ordinal);
        if (host && Directory.Exists(path))
            names.UnionWith(Directory.EnumerateFileSystemEntries(path).Select(e => Path.GetFileName(e)));
        if (Directory.Exists(imageFiles + path))
            names.UnionWith(Directory.EnumerateFileSystemEntries(imageFiles + path).Select(e => Path.GetFileName(e)));
        foreach (var mounted in writable.Keys.Concat(readOnly).Where(p => p.StartsWith(prefix, StringComparison.Ordinal)))
            names.Add(mounted[prefix.Length..].Split('/')[0]);
        return names;
    }

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    private void Add(params ReadOnlySpan<string> parts) => arguments.AddRange(parts);
}
