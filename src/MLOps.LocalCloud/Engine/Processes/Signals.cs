using System.Runtime.InteropServices;

namespace MLOps.LocalCloud.Engine.Processes;

/// <summary>Signals to processes and groups; a process that is gone already is no fault.</summary>
internal static class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Signals one process; false where there is none.</summary>
    public static bool Send(int process, int signal) => process > 1 && NativeKill(process, signal) == 0;

    /// <summary>Signals every process of a group; false where there is none.</summary>
    public static bool SendToGroup(int group, int signal) => group > 1 && NativeKill(-group, signal) == 0;

    /// <summary>Whether a group has a member, ended but unreaped ones included.</summary>
    public static bool GroupExists(int group) => NativeKill(-group, 0) == 0;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int process, int signal);
}
