using Microsoft.Extensions.Options;

namespace MLOps.Portal.Hosting;

/// <summary>Where the portal keeps its own state; the folders exist once this is made.</summary>
internal sealed class StatePaths
{
    public StatePaths(IHostEnvironment host, IOptions<PortalOptions> options) : this(host, options.Value.StateFolder)
    {
    }

    public StatePaths(IHostEnvironment host, string folder)
    {
        Root = Path.GetFullPath(folder, host.ContentRootPath);
        Keys = Directory.CreateDirectory(Path.Combine(Root, "keys")).FullName;
        Logs = Directory.CreateDirectory(Path.Combine(Root, "logs")).FullName;
    }

    public string Root { get; }

    public string Keys { get; }

    public string Logs { get; }

    public string Database => Path.Combine(Root, "portal.db");
}
