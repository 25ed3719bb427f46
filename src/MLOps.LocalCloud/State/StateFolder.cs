using Microsoft.Extensions.Options;

namespace MLOps.LocalCloud.State;

/// <summary>Where the local cloud keeps its files. Each property is an absolute path of a folder that exists.</summary>
public sealed class StateFolder(IOptions<LocalCloudOptions> options)
{
    private readonly string root = Path.GetFullPath(options.Value.StateFolder);

    /// <summary>The root of all state.</summary>
    public string Root => Folder("");

    /// <summary>A folder below the root, by its parts; made where it is missing. Parts must be safe file names.</summary>
    public string Folder(params ReadOnlySpan<string> parts)
    {
        var path = Path.Combine([root, .. parts]);
        Directory.CreateDirectory(path);
        return path;
    }
}
