using MLOps.LocalCloud.Engine.Processes;

namespace MLOps.LocalCloud.Engine.Builds;

/// <summary>
/// The one shell in which a build's commands run, so that variables and the working directory carry over from command to
/// command. A command that ends the shell itself (<c>exit</c>, a syntax error) has failed or ended; the next gets a new shell.
/// </summary>
internal sealed class BuildShell(
    IProcessLauncher launcher, BuildLog log, string name, string program, string workFolder, string sourceFolder,
    IReadOnlyDictionary<string, string> environment) : IAsyncDisposable
{
    private readonly string mark = $"\u001e{Guid.NewGuid():n}:";
    private readonly Dictionary<string, string> exports = [];
    private IRunningProcess? process;
    private TaskCompletionSource<int>? done;
    private int count;

    /// <summary>Sets a variable for all commands to come.</summary>
    public async Task ExportAsync(string variable, string value)
    {
        exports[variable] = value;
        if (process is not null)
            await RunAsync($"export {variable}={Quote(value)}", CancellationToken.None);
    }

    /// <summary>Runs one command, which may have several lines, and answers its exit status.</summary>
    public async Task<int> RunAsync(string command, CancellationToken cancelled)
    {
        var file = Path.Combine(workFolder, $"command-{++count}.sh");
        await File.WriteAllTextAsync(file, command + "\n", cancelled);
        process ??= Start();
        done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            // The command has no standard input, so that it cannot read the commands to come.
            await process.Input.WriteAsync($". {Quote(file)} </dev/null; printf '%s%s\\n' {Quote(mark)} \"$?\"\n");
            await process.Input.FlushAsync(cancelled);
        }
        catch (IOException)
        {
            // The shell has ended: its exit code says how.
        }
        if (await Task.WhenAny(done.Task, process.Exited).WaitAsync(cancelled) == done.Task)
            return await done.Task;
        var status = await process.Exited;
        await process.DisposeAsync();
        process = null;
        return status;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
    }

    /// <summary>A text as one word of the shell.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private IRunningProcess Start()
    {
        var all = new Dictionary<string, string>(environment);
        foreach (var (variable, value) in exports)
            all[variable] = value;
        return launcher.Start(new ProcessSpec(name, program, [], sourceFolder, all) { KeepInput = true, OnLine = Take });
    }

    private void Take(string line)
    {
        var at = line.IndexOf(mark, StringComparison.Ordinal);
        if (at < 0)
        {
            log.Write(line);
            return;
        }
        if (at > 0)
            log.Write(line[..at]);
        done?.TrySetResult(int.TryParse(line.AsSpan(at + mark.Length), out var status) ? status : 1);
    }
}
