using System.Runtime.InteropServices;

namespace MLOps.LocalCloud.Engine.Processes;

/// <summary>Signals to processes and groups; a process that is gone already is no fault.</summary>
internal static class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Signals one process.</summary>
    public static void Send(int process, int signal)
    {
        if (process > 1)
            _ = NativeKill(process, signal);
    }

    /// <summary>Signals every process of a group.</summary>
    public static void SendToGroup(int group, int signal)
    {
        if (group > 1)
            _ = NativeKill(-group, signal);
    }

    /// <summary>Whether a group has a member, ended but unreaped ones included.</summary>
    public static bool GroupExists(int group) => NativeKill(-group, 0) == 0;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int process, int signal);
}
