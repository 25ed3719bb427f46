using System.Diagnostics;

namespace MLOps.LocalCloud.Engine.Processes;

/// <summary>
/// A small shell of its own session that is told which groups run. When its standard input ends, because this process
/// stopped or was killed, it kills them all: groups as a whole, which a parent-death signal does not reach. After an abrupt end it also
/// looks for what carries this run's mark in its environment: a process may have been started whose group nobody told it yet.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private const string Script = """
        trap '' HUP INT TERM
        mark=$1
        groups=
        abrupt=yes
        while read -r what group; do
          case $what in
            +) groups="$groups $group" ;;
            -) kept=
               for one in $groups; do [ "$one" = "$group" ] || kept="$kept $one"; done
               groups=$kept ;;
            q) abrupt= ;;
          esac
        done
        for one in $groups; do kill -s KILL -- "-$one" 2>/dev/null; done
        # What was being started has the mark a moment later.
        for pass in 1 2 3; do
          [ "$abrupt" ] || break
          for found in $(grep -lzxF "$mark" /proc/[0-9]*/environ 2>/dev/null); do
            one=${found#/proc/}
            kill -s KILL "${one%/environ}" 2>/dev/null
          done
          sleep 1
        done
        """;

    private readonly Process? shell;
    private readonly Lock gate = new();

    /// <param name="mark">A line of the environment that everything has which this run starts, as <c>NAME=value</c>.</param>
    public Watchdog(StarterThread starter, IReadOnlyList<string> session, string mark)
    {
        if (Programs.Find("/bin/sh") is not { } sh || session.Count == 0)
            return;
        var info = new ProcessStartInfo(session[0]) { RedirectStandardInput = true, WorkingDirectory = "/" };
        foreach (var part in session.Skip(1).Concat([sh, "-c", Script, "sh", mark]))
            info.ArgumentList.Add(part);
        info.Environment.Clear();
        info.Environment["PATH"] = "/usr/bin:/bin";
        shell = starter.Start(info);
    }

    /// <summary>The group is to be killed when this process ends.</summary>
    public void Add(int group) => Tell($"+ {group}");

    /// <summary>The group is gone.</summary>
    public void Remove(int group) => Tell($"- {group}");

    public void Dispose()
    {
        Tell("q");
        shell?.StandardInput.Dispose();
        shell?.Dispose();
    }

    private void Tell(string line)
    {
        if (shell is null)
            return;
        lock (gate)
        {
            try
            {
                shell.StandardInput.Write(line + "\n");
                shell.StandardInput.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Somebody ended the watchdog. The parent-death signal and the sweep at the next start remain.
            }
        }
    }
}
