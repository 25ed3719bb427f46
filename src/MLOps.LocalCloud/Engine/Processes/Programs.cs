namespace MLOps.LocalCloud.Engine.Processes;

/// <summary>Finds programs as a shell would.</summary>
internal static class Programs
{
    /// <summary>The full path of a program named by path or by name, or null where there is none that can be executed.</summary>
    public static string? Find(string program, string? path = null, string? workingDirectory = null)
    {
        if (program.Contains('/'))
        {
            var full = Path.GetFullPath(program, workingDirectory is null ? Environment.CurrentDirectory : Path.GetFullPath(workingDirectory));
            return Executable(full) ? full : null;
        }
        return (path ?? Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(Executable);
    }

    private static bool Executable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() ||
            (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
