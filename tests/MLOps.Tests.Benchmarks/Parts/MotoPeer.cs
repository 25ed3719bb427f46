using System.Diagnostics;

namespace MLOps.Tests.Benchmarks.Parts;

/// <summary>moto's server with as many training jobs, where the python3 on the path has moto.</summary>
internal sealed class MotoPeer : IAsyncDisposable
{
    private readonly Process process;

    private MotoPeer(Process process, string url, string version) => (this.process, Url, Version) = (process, url, version);

    public string Url { get; }

    public string Version { get; }

    /// <summary>Starts it; null where there is no moto with its server.</summary>
    public static async Task<MotoPeer?> StartAsync(int jobs)
    {
        var version = await VersionAsync();
        if (version.Length == 0)
            return null;
        var port = PortalProcess.FreePort();
        var process = Process.Start(new ProcessStartInfo("python3")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Parts/moto_peer.py"), port.ToString(), jobs.ToString() },
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        if (await process.StandardOutput.ReadLineAsync(patience.Token) != "ready")
            throw new InvalidOperationException("moto did not start");
        return new MotoPeer(process, $"http://127.0.0.1:{port}", version);
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (TimeoutException)
        {
            process.Kill();
        }
        process.Dispose();
    }

    private static async Task<string> VersionAsync()
    {
        using var asked = Process.Start(new ProcessStartInfo("python3")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "-c", "import moto, flask, moto.server; print(moto.__version__)" },
        })!;
        var version = (await asked.StandardOutput.ReadToEndAsync()).Trim();
        await asked.WaitForExitAsync();
        return asked.ExitCode == 0 ? version : "";
    }
}
