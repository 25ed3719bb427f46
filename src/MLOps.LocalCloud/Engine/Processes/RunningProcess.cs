using System.Diagnostics;

namespace MLOps.LocalCloud.Engine.Processes;

/// <summary>One started process and the group it leads.</summary>
internal sealed class RunningProcess : IRunningProcess
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LastLines = TimeSpan.FromSeconds(2);

    private readonly Process process;
    private readonly ProcessSpec spec;
    private readonly TimeProvider time;
    private readonly Lock lines = new();
    private readonly Lock ending = new();
    private bool ended;

    public RunningProcess(Process process, ProcessSpec spec, TimeProvider time, Action<RunningProcess> gone)
    {
        this.process = process;
        this.spec = spec;
        this.time = time;
        Id = process.Id;
        if (!spec.KeepInput)
            process.StandardInput.Dispose();
        Exited = RunAsync(gone);
    }

    public int Id { get; }

    public StreamWriter Input => spec.KeepInput ? process.StandardInput : throw new InvalidOperationException($"{spec.Name} was started without input.");

    public Task<int> Exited { get; }

    public async Task StopAsync(TimeSpan grace)
    {
        if (grace > TimeSpan.Zero && !Exited.IsCompleted)
        {
            var asked = false;
            var begun = time.GetTimestamp();
            while (!Exited.IsCompleted && time.GetElapsedTime(begun) < grace)
            {
                asked = asked || Terminate(); // one that is only just starting may not be there to be asked yet
                await Task.WhenAny(Exited, Task.Delay(Poll, time)).ConfigureAwait(false);
            }
        }
        KillGroup();
        await Exited.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero).ConfigureAwait(false);

    private async Task<int> RunAsync(Action<RunningProcess> gone)
    {
        await Task.Yield();
        var reading = Task.WhenAll(PumpAsync(process.StandardOutput), PumpAsync(process.StandardError));
        try
        {
            await process.WaitForExitAsync().ConfigureAwait(false);
            await EndGroupAsync().ConfigureAwait(false);
            // A descendant that left the group may hold the pipe open: what it writes is not waited for.
            await Task.WhenAny(reading, Task.Delay(LastLines, time)).ConfigureAwait(false);
            if (reading.IsCompleted)
                await reading.ConfigureAwait(false);
            return process.ExitCode;
        }
        finally
        {
            gone(this);
            lock (ending)
            {
                ended = true;
                process.Dispose();
            }
        }
    }

    private Task PumpAsync(StreamReader output)
    {
        return LinePump.RunAsync(output.BaseStream, spec.MaxLineBytes, spec.OnLine is { } onLine ? Deliver : null);

        void Deliver(string line)
        {
            lock (lines)
                onLine(line);
        }
    }

    private bool Terminate()
    {
        if (!spec.Wrapped || !ProcessTable.Exists)
            return Signals.SendToGroup(Id, Signals.Terminate);
        // bubblewrap → its first process → the program: the program alone is asked to end.
        var all = ProcessTable.All();
        var asked = false;
        foreach (var first in all.Where(p => p.Parent == Id))
            foreach (var program in all.Where(p => p.Parent == first.Id))
                asked |= Signals.Send(program.Id, Signals.Terminate);
        return asked;
    }

    private async Task EndGroupAsync()
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            KillGroup();
            if (OperatingSystem.IsWindows() || !ProcessTable.GroupLives(Id))
                return;
            if (time.GetElapsedTime(begun) > TimeSpan.FromSeconds(10))
                throw new InvalidOperationException($"The processes of {spec.Name} (group {Id}) cannot be ended.");
            await Task.Delay(Poll, time).ConfigureAwait(false);
        }
    }

    private void KillGroup()
    {
        lock (ending)
        {
            if (ended)
                return; // the id may be another's by now
            if (!OperatingSystem.IsWindows())
                Signals.SendToGroup(Id, Signals.Kill);
            if (!process.HasExited)
                process.Kill(entireProcessTree: OperatingSystem.IsWindows());
        }
    }
}
