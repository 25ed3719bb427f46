namespace MLOps.LocalCloud.Engine.Processes;

/// <summary>What to start. <paramref name="Environment"/> is the whole environment: nothing is inherited but PATH, HOME, LANG and TMPDIR.</summary>
/// <param name="Name">For logs, such as <c>endpoint/iris-model-development/AllTraffic/i-0</c>.</param>
public sealed record ProcessSpec(
    string Name, string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Called for each line of standard output and error, in order, on a background thread. Must be quick and not throw.</summary>
    public Action<string>? OnLine { get; init; }

    /// <summary>The longest line in bytes; what is longer is handed over in pieces of this length.</summary>
    public int MaxLineBytes { get; init; } = 256 * 1024;

    /// <summary>
    /// The program is bubblewrap: a stop's SIGTERM goes to the program inside it (as an engine signals a container's
    /// first process), because bubblewrap itself would end at once and take the program with it.
    /// </summary>
    public bool Wrapped { get; init; }

    /// <summary>Keeps standard input open for <see cref="IRunningProcess.Input"/>; else it is empty.</summary>
    public bool KeepInput { get; init; }
}

/// <summary>A process that this one started, in a process group of its own.</summary>
public interface IRunningProcess : IAsyncDisposable
{
    int Id { get; }

    /// <summary>Standard input, where the spec keeps it.</summary>
    StreamWriter Input { get; }

    /// <summary>The exit code (128 + signal where a signal ended it), after the last line was handed to <see cref="ProcessSpec.OnLine"/>.</summary>
    Task<int> Exited { get; }

    /// <summary>SIGTERM to the group; after the grace SIGKILL. Ends when the whole group is gone. Disposing is a stop without grace.</summary>
    Task StopAsync(TimeSpan grace);
}

/// <summary>
/// Starts processes that never outlive the local cloud: not when it stops, crashes or is killed. What an earlier run left
/// behind all the same is ended at start.
/// </summary>
public interface IProcessLauncher
{
    /// <exception cref="InvalidOperationException">The program cannot be started; the message says which and why.</exception>
    IRunningProcess Start(ProcessSpec spec);
}
