using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Containers;

/// <summary>
/// Runs an image's files over the host's system in namespaces of its own. There is no <c>--new-session</c>: the launcher
/// starts every program in a session without a terminal already, and a second one would keep signals to the group away.
/// </summary>
internal sealed class BubblewrapRunner(
    string bubblewrap, bool isolatesNetwork, IProcessLauncher launcher, ContainerEnvironment environments, StateFolder state) : IContainerRunner
{
    private const string Home = "/root";

    public Task<IRunningProcess> StartAsync(ContainerSpec spec)
    {
        var layout = new RootLayout(
            spec.Image.FilesFolder.TrimEnd('/'),
            new Dictionary<string, string> { ["/opt/ml"] = spec.MlFolder },
            environments.PythonFolders,
            [state.Root, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)]);
        List<string> arguments = ["--die-with-parent", "--unshare-pid", "--unshare-ipc", "--cap-drop", "ALL"];
        if (spec.Port is null && isolatesNetwork)
            arguments.Add("--unshare-net");
        arguments.AddRange(layout.Arguments());
        arguments.AddRange(["--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/run", "--dir", "/var/tmp", "--dir", Home]);
        arguments.AddRange(["--chdir", spec.Image.WorkingDirectory is { Length: > 0 } folder ? folder : "/", "--"]);
        arguments.AddRange(spec.CommandLine);
        return Task.FromResult(launcher.Start(new ProcessSpec(spec.Name, bubblewrap, arguments, spec.MlFolder, environments.Of(spec, Home))
        {
            OnLine = spec.OnLine,
            Wrapped = true,
        }));
    }
}
