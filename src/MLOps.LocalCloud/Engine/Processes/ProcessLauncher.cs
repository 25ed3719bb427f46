using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Processes;

/// <summary>
/// Starts each process in a session of its own, with a parent-death signal where the system has setpriv. Four nets keep
/// processes from outliving this one: stopping the host ends them, the kernel's parent-death signal ends each leader, the
/// watchdog ends each group and what it was not told of yet, and the next start ends whatever the ledger or the marker in its environment shows.
/// </summary>
internal sealed class ProcessLauncher : IProcessLauncher, IAsyncDisposable
{
    private static readonly string[] Inherited = ["PATH", "HOME", "LANG", "TMPDIR"];

    private readonly TimeProvider time;
    private readonly ILogger<ProcessLauncher> logger;
    private readonly ProcessLedger ledger;
    private readonly StarterThread starter = new();
    private readonly Watchdog watchdog;
    private readonly ConcurrentDictionary<RunningProcess, bool> running = [];
    private readonly IReadOnlyList<string> session;
    private readonly IReadOnlyList<string> parentDeath;

    public ProcessLauncher(StateFolder state, TimeProvider time, ILogger<ProcessLauncher> logger)
    {
        this.time = time;
        this.logger = logger;
        ledger = new ProcessLedger(state);
        var swept = ledger.Sweep();
        if (swept > 0)
            logger.LogInformation("Ended {Count} processes that an earlier run left behind", swept);
        session = NewSession();
        parentDeath = Programs.Find("setpriv") is { } setpriv && OperatingSystem.IsLinux() ? [setpriv, "--pdeathsig", "KILL", "--"] : [];
        watchdog = new Watchdog(starter, session, $"{ProcessLedger.RunName}={ledger.Run}");
    }

    public IRunningProcess Start(ProcessSpec spec)
    {
        var info = Describe(spec);
        Process process;
        try
        {
            process = starter.Start(info);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{spec.FileName} cannot be started for {spec.Name}: {e.Message}", e);
        }
        watchdog.Add(process.Id);
        ledger.Add(process.Id, spec.Name);
        var started = new RunningProcess(process, spec, time, Forget);
        running[started] = true;
        if (started.Exited.IsCompleted)
            running.TryRemove(started, out _);
        logger.LogDebug("Started {Name} as process {Id}", spec.Name, started.Id);
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(running.Keys.Select(p => p.StopAsync(TimeSpan.Zero))).ConfigureAwait(false);
        watchdog.Dispose();
        starter.Dispose();
        ledger.Dispose();
    }

    private void Forget(RunningProcess ended)
    {
        watchdog.Remove(ended.Id);
        ledger.Remove(ended.Id);
        running.TryRemove(ended, out _);
    }

    private ProcessStartInfo Describe(ProcessSpec spec)
    {
        if (!Directory.Exists(spec.WorkingDirectory))
            throw new InvalidOperationException($"{spec.Name} cannot be started: its folder {spec.WorkingDirectory} does not exist.");
        var environment = EnvironmentOf(spec);
        var program = Programs.Find(spec.FileName, environment.GetValueOrDefault("PATH"), spec.WorkingDirectory) ??
            throw new InvalidOperationException($"{spec.Name} cannot be started: there is no program {spec.FileName}.");
        // The shell only joins the two outputs, so that their lines keep their order; the program takes its place.
        string[] joined = Programs.Find("/bin/sh") is { } sh ? [sh, "-c", "exec \"$@\" 2>&1", "sh"] : [];
        string[] command = [.. session, .. parentDeath, .. joined, program, .. spec.Arguments];
        var info = new ProcessStartInfo(command[0])
        {
            WorkingDirectory = spec.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in command.Skip(1))
            info.ArgumentList.Add(argument);
        info.Environment.Clear();
        foreach (var (name, value) in environment)
            info.Environment[name] = value;
        return info;
    }

    private Dictionary<string, string> EnvironmentOf(ProcessSpec spec)
    {
        var environment = new Dictionary<string, string>();
        foreach (var name in Inherited)
            if (Environment.GetEnvironmentVariable(name) is { } value)
                environment[name] = value;
        foreach (var (name, value) in spec.Environment)
            environment[name] = value;
        environment[ProcessLedger.MarkerName] = ledger.Marker;
        environment[ProcessLedger.RunName] = ledger.Run;
        return environment;
    }

    /// <summary>What makes the program the leader of a new session: setsid, or Perl where a system has no setsid.</summary>
    private static string[] NewSession() =>
        Programs.Find("setsid") is { } setsid ? [setsid] :
        Programs.Find("perl") is { } perl ? [perl, "-MPOSIX=setsid", "-e", "setsid(); exec { $ARGV[0] } @ARGV or die", "--"] : [];
}
