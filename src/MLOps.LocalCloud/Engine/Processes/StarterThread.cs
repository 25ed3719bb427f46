using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace MLOps.LocalCloud.Engine.Processes;

/// <summary>
/// The one thread that starts all children. A child's parent-death signal is tied to the thread that forked it; a thread
/// of the pool may end at any time, this one lives as long as the launcher.
/// </summary>
internal sealed class StarterThread : IDisposable
{
    private readonly BlockingCollection<Request> requests = [];

    public StarterThread() => new Thread(Run) { IsBackground = true, Name = "process starter" }.Start();

    /// <summary>Starts the process; what goes wrong is thrown here.</summary>
    public Process Start(ProcessStartInfo info)
    {
        using var request = new Request(info);
        requests.Add(request);
        request.Done.Wait();
        request.Fault?.Throw();
        return request.Started!;
    }

    public void Dispose() => requests.CompleteAdding();

    private void Run()
    {
        foreach (var request in requests.GetConsumingEnumerable())
        {
            try
            {
                request.Started = Process.Start(request.Info);
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
            {
                request.Fault = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                request.Done.Set();
            }
        }
    }

    private sealed class Request(ProcessStartInfo info) : IDisposable
    {
        public ProcessStartInfo Info { get; } = info;
        public ManualResetEventSlim Done { get; } = new();
        public Process? Started { get; set; }
        public ExceptionDispatchInfo? Fault { get; set; }

        public void Dispose() => Done.Dispose();
    }
}
