namespace MLOps.Portal.Hosting;

/// <summary>Stops the program for a fault that it cannot work with; who started it learns so by the exit code.</summary>
internal sealed class EarlyEnd(IHostApplicationLifetime lifetime)
{
    /// <summary>Another program listens on a port that the settings name.</summary>
    public const int PortTaken = 3;

    /// <summary>The portal's database cannot be set up.</summary>
    public const int NoDatabase = 5;

    /// <summary>The local cloud cannot start over its state.</summary>
    public const int NoCloud = 6;

    private int code;

    /// <summary>0 while nothing is wrong.</summary>
    public int ExitCode => Volatile.Read(ref code);

    /// <summary>Stops; the first reason counts.</summary>
    public void Stop(int exitCode)
    {
        Interlocked.CompareExchange(ref code, exitCode, 0);
        lifetime.StopApplication();
    }
}
