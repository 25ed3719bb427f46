using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Containers.Engines;

/// <summary>
/// The Docker engine of this machine, spoken to by its command line (Podman's speaks the same), which knows contexts, logins and remote
/// engines as the person has set them up.
/// </summary>
internal sealed class DockerEngine(IOptions<LocalCloudOptions> options, IProcessLauncher launcher, StateFolder state)
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(15);

    /// <summary>Marks the containers of one local cloud, so that it can tell them from those of others.</summary>
    public string Label { get; } = $"mlops.localcloud={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state.Root)))[..16]}";

    /// <summary>Whether containers share the machine's network; else the one port that they serve is published.</summary>
    public bool SharesNetwork => options.Value.DockerNetwork == "host";

    /// <summary>Why no engine can be used; null where one answers.</summary>
    public async Task<string?> RefusalAsync()
    {
        if (Programs.Find(options.Value.DockerCommand) is null)
            return $"the program {options.Value.DockerCommand} is missing (LocalCloud:DockerCommand)";
        try
        {
            var (code, lines) = await RunAsync("version", "--format", "{{.Server.Version}}").WaitAsync(ProbeLimit);
            return code == 0 ? null : $"no engine answers: {string.Join(' ', lines)}";
        }
        catch (TimeoutException)
        {
            return $"no engine answers within {ProbeLimit.TotalSeconds:0} s";
        }
    }

    /// <summary>Runs a command to its end; its exit code and what it wrote.</summary>
    public async Task<(int Code, IReadOnlyList<string> Lines)> RunAsync(params IReadOnlyList<string> arguments)
    {
        var lines = new List<string>();
        var code = await RunAsync(arguments, lines.Add);
        return (code, lines);
    }

    /// <summary>Runs a command to its end; its exit code.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, Action<string> onLine)
    {
        await using var process = Start($"docker {arguments[0]}", arguments, new Dictionary<string, string>(), onLine);
        return await process.Exited;
    }

    /// <summary>Starts a command that goes on.</summary>
    /// <param name="environment">Variables for the command, beside those by which it finds its engine.</param>
    public IRunningProcess Start(string name, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, Action<string>? onLine) =>
        launcher.Start(new ProcessSpec(name, Programs.Find(options.Value.DockerCommand) ?? options.Value.DockerCommand, arguments, "/", With(environment)) { OnLine = onLine });

    /// <summary>Removes all containers of this local cloud, whatever they do.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> SweepAsync()
    {
        var (code, ids) = await RunAsync("ps", "--all", "--quiet", "--filter", $"label={Label}");
        if (code != 0 || ids.Count == 0)
            return 0;
        await RunAsync(["rm", "--force", "--volumes", .. ids]);
        return ids.Count;
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> environment)
    {
        var all = new Dictionary<string, string>(environment);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            if ((string)variable.Key is var name && (name.StartsWith("DOCKER_", StringComparison.Ordinal) || name.StartsWith("CONTAINER", StringComparison.Ordinal) || name == "XDG_RUNTIME_DIR"))
                all[name] = (string?)variable.Value ?? "";
        return all;
    }
}
