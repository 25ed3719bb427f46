using System.Diagnostics;

namespace MLOps.LocalCloud.Engine.Processes;

/// <summary>
/// A small shell of its own session that is told which groups run. When its standard input ends, because this process
/// stopped or was killed, it kills them all: groups as a whole, which a parent-death signal does not reach.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private const string Script = """
        trap '' HUP INT TERM
        groups=
        while read -r what group; do
          case $what in
            +) groups="$groups $group" ;;
            -) kept=
               for one in $groups; do [ "$one" = "$group" ] || kept="$kept $one"; done
               groups=$kept ;;
          esac
        done
        for one in $groups; do kill -s KILL -- "-$one" 2>/dev/null; done
        """;

    private readonly Process? shell;
    private readonly Lock gate = new();

    public Watchdog(StarterThread starter, IReadOnlyList<string> session)
    {
        if (Programs.Find("/bin/sh") is not { } sh || session.Count == 0)
            return;
        var info = new ProcessStartInfo(session[0]) { RedirectStandardInput = true, WorkingDirectory = "/" };
        foreach (var part in session.Skip(1).Concat([sh, "-c", Script]))
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
